/**
 * Computes what the reviews and checks of a pull request come to, and writes it if it still is about the present.
 *
 * Safe to run twice. A merged pull request is computed for the commits that were merged: people review after the fact.
 */
import {
  Database,
  DatabaseClock,
  type DatabaseError,
  type JobQueue,
  type PayloadRejected,
  RetryableError
} from "@drover/core"
import type { Git, GitError } from "@drover/git"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { changedAt } from "../pullRequests/changedAt.ts"
import { labelOf, type PullRequest } from "../pullRequests/findPullRequest.ts"
import { lockPullRequest } from "../pullRequests/locks.ts"
import { recordTips } from "../pushes/recordTips.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { readStanding } from "../standing/readStanding.ts"
import type { Standing } from "../standing/Standing.ts"
import { RecomputeReviewDecision } from "./RecomputeReviewDecision.ts"
import { tipsOf } from "./tipsOf.ts"

/** How often branches may move under the computation before it is left to a later attempt. */
const ROUNDS = 5

type RecomputeError = RetryableError | PayloadRejected | GitError | DatabaseError

/** Computes one pull request now. Gives undefined when there is none. @category operations */
export const recomputeReviews = Effect.fn("Reviews.recompute")(function* (
  pullRequestId: number
): Effect.fn.Return<
  { readonly pullRequest: PullRequest; readonly standing: Standing } | undefined,
  RecomputeError,
  Git | Database | JobQueue
> {
  for (let round = 0; round < ROUNDS; round++) {
    const seen = yield* look(pullRequestId)
    if (seen === undefined) return undefined
    const standing = yield* readStanding(seen.pull, seen.tips)
    if (yield* keep(seen.pull, seen.tips, standing)) return { pullRequest: seen.pull, standing }
  }
  return yield* new RetryableError({ reason: "the head kept moving while its reviews were read" })
})

/** Notes where the branches stand now. */
const look = Effect.fnUntraced(function* (id: number) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* lockPullRequest(id)
      if (pull === undefined) return undefined
      const tips = yield* tipsOf(pull)
      if (pull.state !== "merged" && (pull.baseSha !== tips.base || pull.headSha !== tips.head)) {
        // a push that nobody told of: what was known of merging is forgotten with it
        yield* recordTips([{ id, ...tips }])
        yield* RecomputeMergeability.enqueue({ pullRequestId: id })
      }
      return { pull, tips }
    })
  )
})

/**
 * Answers whether it was kept: not when the head or the base became another meanwhile. Whether the pull request is
 * blocked or unstable may hang on it, so that is computed anew where it may have changed. Served by the primary key.
 */
const keep = Effect.fnUntraced(function* (pull: PullRequest, tips: Tips, standing: Standing) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const { checkRollup, missing, reviewDecision } = standing
  return yield* transaction(
    Effect.gen(function* () {
      const held = yield* lockPullRequest(pull.id)
      const written = yield* run((db) =>
        db
          .update(pullRequests)
          .set({
            reviewDecision,
            checkRollup,
            reviewsCheckedAt: clock,
            updatedAt: sql`case when ${sameOutcome(standing)} then ${pullRequests.updatedAt} else ${changedAt(clock)} end`
          })
          .where(
            and(
              eq(pullRequests.id, pull.id),
              eq(pullRequests.baseRef, pull.baseRef),
              sql`${pullRequests.headSha} is not distinct from ${tips.head}::text`
            )
          )
          .returning({ id: pullRequests.id })
      )
      if (held === undefined || written.length === 0) return false
      const changed = held.reviewDecision !== reviewDecision || held.checkRollup !== checkRollup
      const blocked = missing.length > 0 || held.mergeableState === "blocked"
      if (held.state !== "merged" && (changed || blocked))
        yield* RecomputeMergeability.enqueue({ pullRequestId: held.id })
      return true
    })
  )
})

const sameOutcome = ({ checkRollup, reviewDecision }: Standing) =>
  sql`(${pullRequests.reviewDecision}, ${pullRequests.checkRollup}) is not distinct from (${reviewDecision}::text, ${checkRollup}::text)`

/** The handler of `RecomputeReviewDecision`. @category handlers */
export const recomputeReviewDecisionHandler = RecomputeReviewDecision.handle(({ pullRequestId }) =>
  Effect.flatMap(recomputeReviews(pullRequestId), (outcome) =>
    outcome === undefined
      ? Effect.logDebug("Nothing to compute").pipe(Effect.annotateLogs({ pullRequestId }))
      : Effect.logDebug("Computed reviews and checks").pipe(
          Effect.annotateLogs({
            pullRequest: labelOf(outcome.pullRequest),
            decision: outcome.standing.reviewDecision,
            checks: outcome.standing.checkRollup
          })
        )
  )
)
