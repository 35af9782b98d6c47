/**
 * What reviews, statuses and check runs say of many pull requests of one repository, in a statement each.
 */
import { Database } from "@drover/core"
import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"
import { Effect } from "effect"
import { checkRuns, commitStatuses } from "../schema/checks.ts"
import { pullRequestReviews } from "../schema/reviews.ts"
import type { CheckReport } from "./checkRollup.ts"
import type { SubmittedReview } from "./reviewDecision.ts"
import { selectReviews } from "./submittedReviews.ts"

/** By the pull request, in the order in which they were submitted. Served by `pull_request_reviews_pull_idx`. */
export const reviewsOfMany = Effect.fnUntraced(function* (repositoryId: number, ids: ReadonlyArray<number>) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    selectReviews(db, repositoryId, among(pullRequestReviews.pullRequestId, ids, "bigint"))
  )
  return Map.groupBy(rows, ({ pullRequestId }): number => pullRequestId) as ReadonlyMap<
    number,
    ReadonlyArray<SubmittedReview>
  >
})

/** The latest of each name, by the commit. Served by `commit_statuses_latest_idx` and `check_runs_latest_idx`. */
export const reportsOfMany = Effect.fnUntraced(function* (repositoryId: number, commits: ReadonlyArray<string>) {
  const { run } = yield* Database
  const statuses = yield* run((db) =>
    db
      .selectDistinctOn([commitStatuses.sha, commitStatuses.context])
      .from(commitStatuses)
      .where(and(eq(commitStatuses.repositoryId, repositoryId), among(commitStatuses.sha, commits, "text")))
      .orderBy(asc(commitStatuses.sha), asc(commitStatuses.context), desc(commitStatuses.id))
  )
  const runs = yield* run((db) =>
    db
      .selectDistinctOn([checkRuns.headSha, checkRuns.name])
      .from(checkRuns)
      .where(and(eq(checkRuns.repositoryId, repositoryId), among(checkRuns.headSha, commits, "text")))
      .orderBy(asc(checkRuns.headSha), asc(checkRuns.name), desc(checkRuns.id))
  )
  const reports = new Map<string, Array<CheckReport>>()
  const add = (sha: string, report: CheckReport) => reports.set(sha, [...(reports.get(sha) ?? []), report])
  for (const { context, sha, state } of statuses) add(sha, { _tag: "Status", name: context, state })
  for (const { conclusion, headSha, name, status } of runs) add(headSha, { _tag: "Run", name, status, conclusion })
  return reports
})

/** One parameter, however many they are. */
const among = (column: PgColumn, values: ReadonlyArray<number | string>, type: "bigint" | "text"): SQL =>
  sql`${column} = any(${sql.param([...values])}::${sql.raw(type)}[])`
