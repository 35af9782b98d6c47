/**
 * Has the open pull requests into the branches of a pattern computed anew, in two statements however many there are.
 * Part of the transaction that changed the protection. Served by `pull_requests_base_idx`.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { matchesPattern } from "./matchPattern.ts"

export const recomputeMatching = Effect.fnUntraced(function* (repositoryId: number, pattern: string) {
  const { db, run } = yield* Database
  const bases = yield* run((on) =>
    on.selectDistinct({ branch: pullRequests.baseRef }).from(pullRequests).where(openOf(repositoryId))
  )
  const branches = bases.map(({ branch }) => branch).filter((branch) => matchesPattern(pattern, branch))
  if (branches.length === 0) return
  const affected = selectInto(db, { repositoryId, branches })
  yield* RecomputeMergeability.enqueueFrom(affected, { dedupeKey: ({ pullRequestId }) => pullRequestId })
  yield* RecomputeReviewDecision.enqueueFrom(affected, { dedupeKey: ({ pullRequestId }) => pullRequestId })
})

interface Into {
  readonly repositoryId: number
  readonly branches: ReadonlyArray<string>
}

/** The open pull requests into these branches. */
export const selectInto = (db: Drizzle, { branches, repositoryId }: Into) =>
  db
    .select({ pullRequestId: pullRequests.id })
    .from(pullRequests)
    .where(and(openOf(repositoryId), inArray(pullRequests.baseRef, [...branches])))

const openOf = (repositoryId: number) =>
  and(eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.state, "open"))
