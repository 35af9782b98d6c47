/**
 * Has the pull requests whose head is a commit computed anew, in one statement, in the ambient transaction. Served by
 * `pull_requests_head_sha_idx`.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import type { OfCommit } from "./latestReports.ts"

/** Merged ones are told no more: nothing hangs on their checks. */
export const selectHeads = (db: Drizzle, { repositoryId, sha }: OfCommit) =>
  db
    .select({ pullRequestId: pullRequests.id })
    .from(pullRequests)
    .where(
      and(
        eq(pullRequests.repositoryId, repositoryId),
        eq(pullRequests.headSha, sha),
        sql`${pullRequests.state} <> 'merged'`
      )
    )

export const recomputeHeads = Effect.fnUntraced(function* (commit: OfCommit) {
  const { db } = yield* Database
  yield* RecomputeReviewDecision.enqueueFrom(selectHeads(db, commit), {
    dedupeKey: ({ pullRequestId }) => pullRequestId
  })
})
