import type { Drizzle } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import type { SQLWrapper } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { selectLatestRuns, selectLatestStatuses } from "../src/checks/latestReports.ts"
import { selectRuns } from "../src/checks/listRuns.ts"
import { selectHeads } from "../src/checks/recomputeHeads.ts"
import { selectLatestInSuite } from "../src/checks/suiteRuns.ts"
import { selectInto } from "../src/protection/recomputeMatching.ts"
import { selectReviewedBy } from "../src/reviews/recomputeReviewedBy.ts"
import { selectSubmitted } from "../src/standing/submittedReviews.ts"
import { forge } from "./support.ts"
import { execute, planOf } from "./support/plans.ts"

/** 20,000 pull requests of two repositories; five statuses, runs and reviews to each. */
const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute("insert into users (login) select 'user-' || n from generate_series(1, 5000) n")
    yield* execute("insert into repositories (id, name, path) values (901, 'a/a', '/a'), (902, 'a/b', '/b')")
    yield* execute("insert into repository_members (repository_id, user_id, role) select 901, id, 'write' from users")
    yield* execute(
      `insert into pull_requests (id, repository_id, number, title, base_ref, head_ref, head_sha)
       select n, 901 + n % 2, n, 'x', 'base-' || n % 100, 'head-' || n, 'sha-' || n from generate_series(1, 20000) n`
    )
    yield* execute(
      `insert into commit_statuses (repository_id, sha, context, state)
       select 901 + n % 2, 'sha-' || n, 'context-' || m % 3, 'success'
       from generate_series(1, 20000) n, generate_series(1, 5) m`
    )
    yield* execute(
      "insert into check_suites (id, repository_id, head_sha) select n, 901 + n % 2, 'sha-' || n from generate_series(1, 20000) n"
    )
    yield* execute(
      `insert into check_runs (suite_id, repository_id, head_sha, name)
       select n, 901 + n % 2, 'sha-' || n, 'run-' || m % 3 from generate_series(1, 20000) n, generate_series(1, 5) m`
    )
    yield* execute(
      `insert into pull_request_reviews (pull_request_id, user_id, state, commit_sha, submitted_at)
       select n, (select min(id) from users) + (n * 5 + m) % 5000, 'approved', 'sha-' || n, now()
       from generate_series(1, 20000) n, generate_series(1, 5) m`
    )
    yield* execute(
      `insert into commit_statuses (repository_id, sha, context, state)
       select 901, 'busy', 'context-' || n % 100, 'success' from generate_series(1, 20000) n`
    )
    yield* execute("insert into check_suites (id, repository_id, head_sha) values (90000, 901, 'busy')")
    yield* execute(
      `insert into check_runs (suite_id, repository_id, head_sha, name)
       select 90000, 901, 'busy', 'run-' || n % 100 from generate_series(1, 20000) n`
    )
    yield* execute("vacuum analyze")
  })
).pipe(Layer.provideMerge(forge()))

/** What ever so many programs report of, again and again. */
const busy = { repositoryId: 901, sha: "busy" }

const commit = { repositoryId: 901, sha: "sha-10000" }

layer(fixture, { excludeTestServices: true, timeout: "60 seconds" })("among 20,000 pull requests", (it) => {
  for (const [what, query, index, mostBuffers] of [
    ["the latest statuses", (db) => selectLatestStatuses(db, commit), "commit_statuses_latest_idx", 20],
    ["the latest runs", (db) => selectLatestRuns(db, commit), "check_runs_latest_idx", 20],
    ["the runs that are listed", (db) => db.select().from(selectRuns(db, commit)), "check_runs_latest_idx", 20],
    ["the runs of a suite", (db) => selectLatestInSuite(db, 10_000), "check_runs_suite_idx", 20],
    ["the pull requests of a head", (db) => selectHeads(db, commit), "pull_requests_head_sha_idx", 10],
    [
      "the reviews",
      (db) => selectSubmitted(db, { id: 10_000, repositoryId: 901 }),
      "pull_request_reviews_pull_idx",
      60
    ],
    [
      "what somebody reviewed",
      (db) => selectReviewedBy(db, { repositoryId: 901, userId: 1_000 }),
      "pull_request_reviews_user_idx",
      120
    ],
    [
      "the pull requests into branches",
      (db) => selectInto(db, { repositoryId: 901, branches: ["base-2", "base-4"] }),
      "pull_requests_base_idx",
      450
    ]
  ] as ReadonlyArray<readonly [string, (db: Drizzle) => SQLWrapper, string, number]>) {
    for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
      it.effect(`${what} are found by their index (${mode})`, () =>
        Effect.gen(function* () {
          const plan = yield* planOf(query, mode)
          assert.include(plan.indexes, index)
          assert.notInclude(plan.scans, "Seq Scan")
          assert.isAtMost(plan.buffers, mostBuffers)
        })
      )
    }
  }

  for (const [what, query, index] of [
    ["the latest statuses", (db) => selectLatestStatuses(db, busy), "commit_statuses_latest_idx"],
    ["the latest runs", (db) => selectLatestRuns(db, busy), "check_runs_latest_idx"]
  ] as ReadonlyArray<readonly [string, (db: Drizzle) => SQLWrapper, string]>) {
    it.effect(`${what} of a commit with thousands need no sorting: their index has them in order`, () =>
      Effect.gen(function* () {
        for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
          const plan = yield* planOf(query, mode, { unsorted: true })
          assert.deepStrictEqual(plan.indexes, [index])
          assert.notInclude(plan.scans, "Sort")
          assert.notInclude(plan.scans, "Incremental Sort")
        }
      })
    )
  }
})
