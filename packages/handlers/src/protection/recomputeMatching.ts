/**
 * Has the open pull requests into the branches of a pattern computed anew, in two statements however many there are.
 * Part of the transaction that changed the protection. Served by `pull_requests_base_idx`.
 */
import { Database } from "@drover/core"
import { and, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { matchesPattern } from "./matchPattern.ts"

export const recomputeMatching = Effect.fnUntraced(function* (repositoryId: number, pattern: string) {
  const { db, run } = yield* Database
  const { baseRef, id, repositoryId: repository, state } = pullRequests
  const open = and(eq(repository, repositoryId), eq(state, "open"))
  const bases = yield* run((on) => on.selectDistinct({ baseRef }).from(pullRequests).where(open))
  const matching = bases.map((row) => row.baseRef).filter((branch) => matchesPattern(pattern, branch))
  if (matching.length === 0) return
  const affected = db
    .select({ pullRequestId: id })
    .from(pullRequests)
    .where(and(open, inArray(baseRef, matching)))

  yield* RecomputeMergeability.enqueueFrom(affected, {
    dedupeKey: ({ pullRequestId }) => pullRequestId
  })
  yield* RecomputeReviewDecision.enqueueFrom(affected, {
    dedupeKey: ({ pullRequestId }) => pullRequestId
  })
})
