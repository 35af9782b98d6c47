/**
 * Computes the mergeability of a pull request, and writes it if it still is about the present.
 *
 * Safe to run twice: the same tips give the same row and the same merge commit.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected, RetryableError } from "@drover/core"
import type { Git, GitError } from "@drover/git"
import { Effect } from "effect"
import { finishMerge } from "../merging/finishMerge.ts"
import { labelOf, type PullRequest } from "../pullRequests/findPullRequest.ts"
import { lockPullRequest } from "../pullRequests/locks.ts"
import { type PullRefs, readPullRefs } from "../pullRequests/pullRefs.ts"
import { recordTips } from "../pushes/recordTips.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { readStanding } from "../standing/readStanding.ts"
import { compareTips } from "./compareTips.ts"
import { assess, type Facts, type Mergeability, type Tips } from "./Mergeability.ts"
import { publish, testMerge } from "./publish.ts"
import { RecomputeMergeability } from "./RecomputeMergeability.ts"
import { saveMergeability } from "./saveMergeability.ts"

/** How often branches may move under the computation before it is left to a later attempt. */
const ROUNDS = 5

/**
 * What a computation came to. `Skipped`: there is no such pull request, or it is merged.
 *
 * @category models
 */
export type Recomputed =
  | { readonly _tag: "Skipped"; readonly reason: string }
  | { readonly _tag: "Computed"; readonly pullRequest: PullRequest; readonly mergeability: Mergeability }

type RecomputeError = RetryableError | PayloadRejected | GitError | DatabaseError

/** Computes one pull request now. @category operations */
export const recompute = Effect.fn("Mergeability.recompute")(function* (
  pullRequestId: number
): Effect.fn.Return<Recomputed, RecomputeError, Git | Database | JobQueue> {
  for (let round = 0; round < ROUNDS; round++) {
    const seen = yield* look(pullRequestId)
    if (seen === undefined) return { _tag: "Skipped", reason: "no such pull request" }
    const { pull, refs } = seen
    if (refs === undefined || (yield* finishMerge(pull, refs))) return { _tag: "Skipped", reason: "merged" }
    const facts = yield* compareTips(pull.repositoryPath, refs.tips)
    const mergeability = yield* keep(pull, refs.tips, facts)
    if (mergeability !== undefined) return { _tag: "Computed", pullRequest: pull, mergeability }
  }
  return yield* new RetryableError({ reason: "the branches kept moving while they were compared" })
})

interface Seen {
  readonly pull: PullRequest
  /** Undefined where it is merged: nobody looked. */
  readonly refs: PullRefs | undefined
}

/** Notes where the branches stand now. */
const look = Effect.fnUntraced(function* (id: number) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* (): Effect.fn.Return<
      Seen | undefined,
      PayloadRejected | GitError | DatabaseError,
      Git | Database | JobQueue
    > {
      const pull = yield* lockPullRequest(id)
      if (pull === undefined) return undefined
      if (pull.state === "merged") return { pull, refs: undefined }
      const refs = yield* readPullRefs(pull)
      const headMoved = yield* recordTips([{ id, ...refs.tips }])
      // a push that nobody told of
      if (headMoved.has(id)) yield* RecomputeReviewDecision.enqueue({ pullRequestId: id })
      return { pull, refs }
    })
  )
})

/**
 * Gives what was kept: nothing when the pull request or a branch changed meanwhile, and what was computed is of the past.
 * The row is held while its standing is read, so that whoever changes that afterwards asks again, and while the refs
 * are published, so they always tell the same as it does.
 */
const keep = Effect.fnUntraced(function* (pull: PullRequest, tips: Tips, facts: Facts) {
  const { transaction } = yield* Database
  const merge = yield* testMerge(pull, tips, facts)
  return yield* transaction(
    Effect.gen(function* () {
      yield* lockPullRequest(pull.id)
      const mergeability = assess(pull.draft, facts, yield* readStanding(pull, tips))
      if (!(yield* saveMergeability(pull, tips, mergeability))) return undefined
      const refs = yield* readPullRefs(pull)
      if (refs.tips.base !== tips.base || refs.tips.head !== tips.head) return yield* Effect.fail(moved)
      yield* publish(pull, refs, merge)
      return mergeability
    })
  ).pipe(
    Effect.catchIf(
      (error) => error === moved,
      () => Effect.succeed(undefined)
    )
  )
})

/** Undoes the save. */
const moved = "moved" as const

/** The handler of `RecomputeMergeability`. @category handlers */
export const recomputeMergeabilityHandler = RecomputeMergeability.handle(({ pullRequestId }) =>
  Effect.flatMap(recompute(pullRequestId), (outcome) =>
    outcome._tag === "Skipped"
      ? Effect.logDebug("Nothing to compute").pipe(Effect.annotateLogs({ pullRequestId, reason: outcome.reason }))
      : Effect.logDebug("Computed mergeability").pipe(
          Effect.annotateLogs({
            pullRequest: labelOf(outcome.pullRequest),
            state: outcome.mergeability.mergeableState
          })
        )
  )
)
