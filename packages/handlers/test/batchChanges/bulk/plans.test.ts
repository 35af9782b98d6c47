import type { Drizzle } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql, type SQLWrapper } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { selectPage } from "../../../src/batchChanges/bulk/bulkOperations.ts"
import { selectChosen } from "../../../src/batchChanges/bulk/chooseChangesets.ts"
import { selectOthers } from "../../../src/batchChanges/bulk/loadJob.ts"
import { nextTurnQuery } from "../../../src/batchChanges/bulk/nextTurn.ts"
import { selectFailures } from "../../../src/batchChanges/bulk/readFailures.ts"
import { selectCounts } from "../../../src/batchChanges/bulk/readSummaries.ts"
import { resumeStatement } from "../../../src/batchChanges/bulk/resumeBulkOperation.ts"
import { forge } from "../../support.ts"
import { execute, planOf } from "../../support/plans.ts"

/** 200 batch changes of 100 changesets each; ten bulk operations of each, with a job for each changeset. */
const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute("insert into users (id, login) select n, 'user-' || n from generate_series(1, 1000) n")
    yield* execute("insert into namespaces (id, kind, name) values (1, 'organisation', 'acme')")
    yield* execute(
      "insert into repositories (id, name, path) select n, 'a/' || n, '/' || n from generate_series(1, 20000) n"
    )
    yield* execute(
      `insert into repository_members (repository_id, user_id, role)
       select r, 1 + (r + u) % 1000, 'write' from generate_series(1, 20000) r, generate_series(1, 5) u`
    )
    yield* execute(
      "insert into batch_changes (id, namespace_id, name) select n, 1, 'change-' || n from generate_series(1, 200) n"
    )
    yield* execute(
      `insert into changeset_specs (id, repository_id, kind, diff)
       select n, n, 'branch', '' from generate_series(1, 20000) n`
    )
    yield* execute(
      `insert into changesets (id, repository_id, current_spec_id, owner_id, publication, external_id, external_state)
       select n, n, n, 1 + (n - 1) / 100, 'published', n::text, 'open' from generate_series(1, 20000) n`
    )
    yield* execute(
      "insert into changeset_associations (changeset_id, batch_change_id) select id, owner_id from changesets"
    )
    yield* execute(
      `insert into bulk_operations (id, batch_change_id, type)
       select n, 1 + (n - 1) / 10, 'close' from generate_series(1, 2000) n`
    )
    yield* execute(
      `insert into changeset_jobs (bulk_operation_id, batch_change_id, changeset_id, job_type, state, failure_message, finished_at, turn)
       select o.id, o.batch_change_id, c.id, 'close',
         case when o.id % 50 = 0 then 'queued' when c.id % 10 = 0 then 'failed' else 'completed' end,
         case when o.id % 50 > 0 and c.id % 10 = 0 then 'it rained' end, now(), c.id % 100
       from bulk_operations o join changesets c on c.owner_id = o.batch_change_id`
    )
    yield* execute(
      "insert into bulk_operations (id, batch_change_id, type) select 10000 + n, 1 + n % 200, 'sync' from generate_series(1, 20000) n"
    )
    yield* execute("vacuum analyze")
  })
).pipe(Layer.provideMerge(forge()))

const now = sql`statement_timestamp()`

layer(fixture, { excludeTestServices: true, timeout: "120 seconds" })("among 200,000 bulk jobs", (it) => {
  for (const [what, query, indexes, mostBuffers] of [
    [
      "the changesets of a batch change",
      (db) => selectChosen(db, { batchChangeId: 100, matching: {}, actorId: 5 }),
      ["changeset_associations_batch_change_idx"],
      1300
    ],
    [
      "the changesets that are named",
      (db) => selectChosen(db, { batchChangeId: 100, changesetIds: [9950, 9951], actorId: 5 }),
      ["changeset_associations_batch_change_idx", "changeset_associations_changeset_id_batch_change_id_pk"],
      60
    ],
    ["how many jobs are in which state", (db) => selectCounts(db, [991, 992]), ["changeset_jobs_changeset_key"], 500],
    [
      "why jobs failed",
      (db) => selectFailures(db, { operationId: 991, limit: 10, actorId: 5 }),
      ["changeset_jobs_changeset_key"],
      600
    ],
    [
      "the operations of a batch change",
      (db) => selectPage(db, { batchChangeId: 100 }),
      ["bulk_operations_batch_change_idx"],
      40
    ],
    [
      "the jobs at work on a changeset",
      (db) => selectOthers(db, { changesetId: 9950, id: 1_000_000 }),
      ["changeset_jobs_changeset_idx", "changeset_jobs_processing_idx"],
      20
    ],
    ["whose turn is next", () => nextTurnQuery(100, now), ["changeset_jobs_ready_idx", "changeset_jobs_turn_idx"], 60],
    [
      "the jobs to resume",
      () => resumeStatement({ bulkOperationId: 991, turn: 1, actorId: 5, clock: now }),
      ["changeset_jobs_changeset_key"],
      1500
    ]
  ] as ReadonlyArray<readonly [string, (db: Drizzle) => SQLWrapper, ReadonlyArray<string>, number]>) {
    for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
      it.effect(`${what} are found by their index (${mode})`, () =>
        Effect.gen(function* () {
          const plan = yield* planOf(query, mode)
          assert.isTrue(
            indexes.some((index) => plan.indexes.includes(index)),
            plan.indexes.join(", ")
          )
          assert.notInclude(plan.scans, "Seq Scan")
          assert.isAtMost(plan.buffers, mostBuffers)
        })
      )
    }
  }
})
