import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { stillEnded } from "../../src/batchChanges/expiry/oldBulkOperations.ts"
import { runBatchChangeRetention } from "../../src/batchChanges/expiry/retention.ts"
import {
  batchSpecWorkspaces,
  bulkOperations,
  changesetJobs,
  changesetSteps,
  hostDeliveries,
  stepResults
} from "../../src/schema.ts"
import { forge } from "../support.ts"
import { execute } from "../support/plans.ts"

const scene = execute(`
  insert into namespaces (id, kind, name) values (1, 'organisation', 'people');
  insert into repositories (id, name, path) values (1, 'acme/a', '/a');
  insert into batch_specs (id, namespace_id, source, spec, created_at, completed_at) values
    (1, 1, '', '{}', now() - interval '8 days', now()), (2, 1, '', '{}', now() - interval '8 days', null),
    (3, 1, '', '{}', now() - interval '6 days', now()), (4, 1, '', '{}', now() - interval '8 days', now());
  insert into batch_changes (namespace_id, name, batch_spec_id) values (1, 'applied', 4);
  insert into changesets (id, repository_id, reconciler_state) values
    (1, 1, 'completed'), (2, 1, 'processing'), (3, 1, 'errored'), (4, 1, 'failed')`)

const left = (
  table:
    | typeof batchSpecWorkspaces
    | typeof bulkOperations
    | typeof changesetJobs
    | typeof changesetSteps
    | typeof hostDeliveries
    | typeof stepResults,
  column: string
) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.execute(sql`select ${sql.identifier(column)} as "key" from ${table} order by 1`)),
      (rows) => rows.map(({ key }) => String(key))
    )
  )

layer(forge(), { excludeTestServices: true })("the retention of batch changes", (it) => {
  it.effect("deletes results of steps that nothing used for 7 days", () =>
    Effect.gen(function* () {
      yield* scene
      yield* execute(`insert into step_results (key, result, diff, created_at, last_used_at) values
        ('used', '{}', '', now() - interval '90 days', now() - interval '6 days'),
        ('unused', '{}', '', now() - interval '90 days', now() - interval '8 days')`)
      const { stepResults: gone } = yield* runBatchChangeRetention()
      assert.strictEqual(gone, 1)
      assert.deepStrictEqual(yield* left(stepResults, "key"), ["used"])
    })
  )

  it.effect("deletes workspaces that ended, of completed specs over 7 days that are no batch change's", () =>
    Effect.gen(function* () {
      yield* execute(`insert into batch_spec_workspaces (id, batch_spec_id, repository_id, branch, base_sha, state) values
        (11, 1, 1, 'main', 'a', 'completed'), (12, 1, 1, 'main', 'a', 'failed'), (13, 1, 1, 'main', 'a', 'queued'),
        (21, 2, 1, 'main', 'a', 'completed'), (31, 3, 1, 'main', 'a', 'completed'), (41, 4, 1, 'main', 'a', 'completed')`)
      const { workspaces } = yield* runBatchChangeRetention()
      assert.strictEqual(workspaces, 2)
      assert.deepStrictEqual(yield* left(batchSpecWorkspaces, "id"), ["13", "21", "31", "41"])
    })
  )

  it.effect("deletes steps over 30 days of changesets at rest, but none that may have been done half", () =>
    Effect.gen(function* () {
      yield* execute(`insert into changeset_steps (id, changeset_id, attempt, operation, started_at, ended_at, outcome) values
        (1, 1, 1, 'push', now() - interval '40 days', null, null),
        (2, 1, 2, 'push', now() - interval '31 days', now(), 'done'),
        (3, 1, 2, 'push', now() - interval '29 days', now(), 'done'),
        (4, 2, 1, 'push', now() - interval '31 days', now(), 'done'),
        (5, 3, 1, 'push', now() - interval '31 days', now(), 'failed'),
        (6, 4, 1, 'push', now() - interval '32 days', now(), 'failed'),
        (7, 4, 1, 'push', now() - interval '31 days', null, null)`)
      const { changesetSteps: gone } = yield* runBatchChangeRetention()
      assert.strictEqual(gone, 3)
      // 4 is being processed, 5 waits for its next attempt, and nobody knows what became of 7
      assert.deepStrictEqual(yield* left(changesetSteps, "id"), ["3", "4", "5", "7"])
    })
  )

  it.effect("deletes bulk operations 90 days after their last job ended, with their jobs", () =>
    Effect.gen(function* () {
      yield* execute(`insert into bulk_operations (id, batch_change_id, type, created_at)
        select n, (select id from batch_changes), 'close', now() - case when n = 2 then interval '89 days' else interval '91 days' end
        from generate_series(1, 6) n`)
      yield* execute(`insert into changeset_jobs (id, batch_change_id, bulk_operation_id, changeset_id, job_type, state, finished_at)
        select id, (select id from batch_changes), operation, changeset, 'close', state, now() - age from (values
          (11, 1, 1, 'completed', interval '91 days'), (12, 1, 2, 'failed', interval '91 days'), (13, 1, 3, 'canceled', interval '91 days'),
          (21, 2, 1, 'completed', interval '91 days'),
          (31, 3, 1, 'completed', interval '91 days'), (32, 3, 2, 'queued', null),
          (41, 4, 1, 'completed', interval '91 days'), (42, 4, 2, 'errored', interval '91 days'),
          (51, 5, 1, 'completed', interval '91 days'), (52, 5, 2, 'completed', interval '89 days')
        ) as jobs (id, operation, changeset, state, age)`)
      // whoever resumes one in the moment before it is held is seen by the second look
      const { run } = yield* Database
      const looked = yield* run((db) => stillEnded(db, sql`now() - interval '90 days'`, [1, 3, 4, 5]))
      assert.deepStrictEqual(looked, [{ id: 1 }])
      const gone = yield* runBatchChangeRetention({ batch: 2 })
      assert.deepInclude(gone, { changesetJobs: 3, bulkOperations: 2 })
      // 2 is young, 3 and 4 are not done, 5 was resumed of late; of 6 the changesets are gone
      assert.deepStrictEqual(yield* left(bulkOperations, "id"), ["2", "3", "4", "5"])
      assert.deepStrictEqual(yield* left(changesetJobs, "id"), ["21", "31", "32", "41", "42", "51", "52"])
      assert.deepInclude(yield* runBatchChangeRetention({ bulkOperations: "88 days" }), {
        changesetJobs: 3,
        bulkOperations: 2
      })
      assert.deepStrictEqual(yield* left(bulkOperations, "id"), ["3", "4"])
    })
  )

  it.effect("forgets after 3 days which webhooks of hosts were heard", () =>
    Effect.gen(function* () {
      yield* execute(`insert into host_deliveries (external_service_type, external_service_id, delivery_id, received_at) values
        ('github', 'https://github.com/', 'old', now() - interval '73 hours'),
        ('github', 'https://github.com/', 'young', now() - interval '71 hours')`)
      assert.strictEqual((yield* runBatchChangeRetention()).hostDeliveries, 1)
      assert.deepStrictEqual(yield* left(hostDeliveries, "delivery_id"), ["young"])
    })
  )

  it.effect("takes as many statements as it takes, up to its limit", () =>
    Effect.gen(function* () {
      yield* execute(`insert into step_results (key, result, diff, last_used_at)
        select n::text, '{}', '', now() - interval '8 days' from generate_series(1, 25) n`)
      assert.strictEqual((yield* runBatchChangeRetention({ batch: 4, limit: 18 })).stepResults, 18)
      assert.strictEqual((yield* runBatchChangeRetention({ batch: 4, limit: 18 })).stepResults, 7)
    })
  )
})
