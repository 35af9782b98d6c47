import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { runBatchChangeRetention } from "../../src/batchChanges/expiry/retention.ts"
import { batchSpecWorkspaces, changesetSteps, stepResults } from "../../src/schema.ts"
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

const left = (table: typeof batchSpecWorkspaces | typeof changesetSteps | typeof stepResults, column: string) =>
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

  it.effect("takes as many statements as it takes, up to its limit", () =>
    Effect.gen(function* () {
      yield* execute(`insert into step_results (key, result, diff, last_used_at)
        select n::text, '{}', '', now() - interval '8 days' from generate_series(1, 25) n`)
      assert.strictEqual((yield* runBatchChangeRetention({ batch: 4, limit: 18 })).stepResults, 18)
      assert.strictEqual((yield* runBatchChangeRetention({ batch: 4, limit: 18 })).stepResults, 7)
    })
  )
})
