import type { Drizzle } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { type SQLWrapper, sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { holdBatchSpecs, holdUnapplied, holdUnattached, holdUnwanted } from "../../src/batchChanges/expiry/expired.ts"
import {
  deleteJobs,
  holdOldOperations,
  oldOperations,
  stillEnded
} from "../../src/batchChanges/expiry/oldBulkOperations.ts"
import { oldSpecsWithWorkspaces, oldSteps, unusedResults } from "../../src/batchChanges/expiry/retention.ts"
import { unusedBudgets } from "../../src/batchChanges/expiry/unusedBudgets.ts"
import { holdBudget, saveBudget } from "../../src/batchChanges/host/budget/budgetRow.ts"
import { unspent } from "../../src/batchChanges/host/budget/BudgetState.ts"
import { forge } from "../support.ts"
import { execute, planOf } from "../support/plans.ts"

/**
 * 1,000 batch changes of 100 changesets, all over 7 days old and kept; 4,000 batch specs that were applied to none, 40
 * of them past their time with 50 changeset specs each; 20,000 bulk operations of 10 jobs each, 60 of them over 90 days old,
 * and 60 more of which the jobs are gone.
 */
const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute("insert into namespaces (id, kind, name) values (1, 'organisation', 'people')")
    yield* execute(`insert into repositories (id, name, path) select n, 'a/' || n, '/' from generate_series(1, 1000) n`)
    yield* execute(`
      insert into batch_specs (id, namespace_id, source, spec, created_from_raw, created_at, completed_at)
      select n, 1, '', '{}', false, now() - case when n <= 1040 then interval '20 days' else interval '1 day' end, now()
      from generate_series(1, 5000) n`)
    yield* execute(
      "insert into batch_changes (id, namespace_id, name, batch_spec_id) select n, 1, 'b' || n, n from generate_series(1, 1000) n"
    )
    yield* execute(`
      insert into changeset_specs (id, batch_spec_id, repository_id, kind, external_id, created_at)
      select n, 1 + n % 1000, 1 + n % 1000, 'import', 'x', now() - interval '20 days' from generate_series(1, 100000) n`)
    yield* execute(`
      insert into changeset_specs (id, batch_spec_id, repository_id, kind, external_id, created_at)
      select n, 1000 + 1 + n % 40, 1 + n % 1000, 'import', 'x', now() - interval '20 days' from generate_series(100001, 102000) n`)
    yield* execute(`
      insert into changeset_specs (id, repository_id, kind, external_id, created_at)
      select 102000 + n, 1 + n % 1000, 'import', 'x', now() - interval '3 days' from generate_series(1, 500) n`)
    yield* execute(`
      insert into changesets (id, repository_id, owner_id, current_spec_id, previous_spec_id)
      select n, 1 + n % 1000, 1 + n % 1000, n, n from generate_series(1, 100000) n`)
    yield* execute(`
      insert into batch_spec_workspaces (batch_spec_id, repository_id, branch, base_sha, state)
      select 1 + n % 1040, 1 + n % 1000, 'main', 'a', 'completed' from generate_series(1, 20000) n`)
    yield* execute(`
      insert into step_results (key, result, diff, last_used_at)
      select n::text, '{}', '', now() - n * interval '1 minute' from generate_series(1, 20000) n`)
    yield* execute(`
      insert into changeset_steps (changeset_id, attempt, operation, started_at, ended_at, outcome)
      select n, 1, 'push', now() - n * interval '1 minute', now(), 'done' from generate_series(1, 100000) n`)
    yield* execute(`
      insert into bulk_operations (id, batch_change_id, type, created_at)
      select n, 1 + n % 1000, 'close', now() - case when n <= 120 then interval '91 days' else n * interval '5 minutes' end
      from generate_series(1, 20000) n`)
    yield* execute(`
      insert into changeset_jobs (batch_change_id, bulk_operation_id, changeset_id, job_type, state, finished_at)
      select o.batch_change_id, o.id, (o.id * 10 + n) % 100000 + 1, 'close', 'completed', o.created_at
      from bulk_operations o, generate_series(1, 10) n where o.id > 60`)
    yield* execute(`
      insert into host_budgets (external_service_type, external_service_id, credential_hash, counted_at, expires_at)
      select 'github', 'https://github.com/', n::text, now(), now() + (n - 40) * interval '1 hour' from generate_series(1, 20000) n`)
    yield* execute("vacuum analyze")
  })
).pipe(Layer.provideMerge(forge()))

const cutoffs = {
  unattached: sql`now() - interval '2 days'`,
  batchSpec: sql`now() - interval '7 days'`,
  createdFromRaw: sql`now() - interval '30 days'`
}

const budget = { externalServiceType: "github", externalServiceId: "https://github.com/", credentialHash: "5000" }

const ninetyDaysAgo = sql`now() - interval '90 days'`

layer(fixture, { excludeTestServices: true, timeout: "120 seconds" })("among 100,000 changesets", (it) => {
  for (const [what, query, indexes, mostBuffers] of [
    ["unattached changeset specs", (db) => holdUnattached(db, cutoffs, 500), ["changeset_specs_batch_spec_idx"], 6000],
    [
      "batch specs that nobody applied",
      (db) => holdUnapplied(db, cutoffs, 100),
      ["batch_specs_created_idx", "batch_changes_batch_spec_idx", "changeset_specs_batch_spec_idx"],
      5000
    ],
    [
      "changeset specs that nobody wants",
      (db) => holdUnwanted(db, cutoffs, [1010, 1011, 1012, 1013, 1014, 1015, 1016, 1017, 1018], 500),
      ["changeset_specs_batch_spec_idx", "changesets_current_spec_idx", "changesets_previous_spec_idx"],
      6000
    ],
    [
      "batch specs with nothing left",
      (db) => holdBatchSpecs(db, cutoffs, 500),
      ["batch_specs_created_idx", "changeset_specs_batch_spec_idx"],
      5000
    ],
    [
      "results that nobody used",
      (db) => unusedResults(db, cutoffs.batchSpec, 500),
      ["step_results_last_used_idx"],
      6000
    ],
    [
      "workspaces of old specs",
      (db) => oldSpecsWithWorkspaces(db, cutoffs.batchSpec, 100),
      ["batch_specs_created_idx", "batch_spec_workspaces_spec_idx"],
      6000
    ],
    [
      "budgets of hosts that nobody asks",
      (db) => unusedBudgets(db, sql`now()`, 500),
      ["host_budgets_expires_idx"],
      2000
    ],
    ["one budget", (db) => holdBudget(db, sql`now()`, budget), ["host_budgets_pkey"], 50],
    [
      "what becomes of a budget",
      (db) => saveBudget(db, budget, { ...unspent(0), restUntil: 1 }),
      ["host_budgets_pkey"],
      50
    ],
    [
      "old steps",
      (db) => oldSteps(db, cutoffs.createdFromRaw, 500),
      ["changeset_steps_started_idx", "changesets_pkey"],
      8000
    ],
    [
      "bulk operations that ended long ago",
      (db) => holdOldOperations(db, ninetyDaysAgo, 20),
      ["bulk_operations_created_idx", "changeset_jobs_changeset_key"],
      1500
    ],
    [
      "those of them that were held",
      (db) => stillEnded(db, ninetyDaysAgo, [61, 62, 63, 64, 65]),
      ["bulk_operations_pkey", "changeset_jobs_changeset_key"],
      200
    ],
    ["the jobs of those", (db) => deleteJobs(db, [61, 62, 63, 64, 65], 500), ["changeset_jobs_changeset_key"], 1000],
    [
      "bulk operations without jobs",
      (db) => oldOperations(db, ninetyDaysAgo, 500),
      ["bulk_operations_created_idx", "changeset_jobs_changeset_key"],
      2500
    ]
  ] as ReadonlyArray<readonly [string, (db: Drizzle) => SQLWrapper, ReadonlyArray<string>, number]>) {
    for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
      it.effect(`${what} are found by their indexes (${mode})`, () =>
        Effect.gen(function* () {
          const plan = yield* planOf(query, mode)
          for (const index of indexes) assert.include(plan.indexes, index)
          assert.notInclude(plan.scans, "Seq Scan")
          assert.isAtMost(plan.buffers, mostBuffers)
        })
      )
    }
  }
})
