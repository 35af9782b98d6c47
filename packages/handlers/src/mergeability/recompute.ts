/**
 * Computes the mergeability of a pull request, and writes it if it still is about the present.
 *
 * Safe to run twice: the same tips give the same row and the same merge commit.
 */
import { Database, type DatabaseError, RetryableError } from "@drover/core"
import { type Git, type GitError, resolveBranchTips } from "@drover/git"
import { Effect } from "effect"
import { findPullRequest, type PullRequest } from "../pullRequests/findPullRequest.ts"
import { publishHead, publishMerge } from "../pullRequests/publishRefs.ts"
import { recordTips } from "../pullRequests/recordTips.ts"
import { compareTips } from "./compareTips.ts"
import { assess, type Mergeability, type Tips } from "./Mergeability.ts"
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

/** Computes one pull request now. @category operations */
export const recompute = Effect.fn("Mergeability.recompute")(function* (
  pullRequestId: number
): Effect.fn.Return<Recomputed, RetryableError | GitError | DatabaseError, Git | Database> {
  for (let round = 0; round < ROUNDS; round++) {
    const pull = yield* findPullRequest(pullRequestId)
    if (pull === undefined) return { _tag: "Skipped", reason: "no such pull request" }
    if (pull.state === "merged") return { _tag: "Skipped", reason: "merged" }
    const computed = yield* computeOnce(pull)
    if (computed !== undefined) {
      return { _tag: "Computed", pullRequest: pull, mergeability: computed }
    }
  }
  return yield* new RetryableError({ reason: "the branches kept moving while they were compared" })
})

/** Undefined when the pull request or a branch changed meanwhile: what was computed is of the past. */
const computeOnce = Effect.fnUntraced(function* (pull: PullRequest) {
  const tips = yield* currentTips(pull)
  yield* recordTips(pull, tips)
  const mergeability = assess(pull.draft, yield* compareTips(pull.repositoryPath, tips))
  const { base, head } = yield* currentTips(pull)
  if (base !== tips.base || head !== tips.head) return undefined
  const { transaction } = yield* Database
  const saved = yield* transaction(saveMergeability(pull, tips, mergeability))
  if (!saved) return undefined
  yield* publishHead(pull, tips)
  yield* publishMerge(pull, tips, mergeability)
  return mergeability
})

const currentTips = ({ baseRef, headRef, repositoryPath }: PullRequest): Effect.Effect<Tips, GitError, Git> =>
  Effect.map(resolveBranchTips({ repository: repositoryPath, branches: [baseRef, headRef] }), ({ tips }) => ({
    base: tips.get(baseRef) ?? null,
    head: tips.get(headRef) ?? null
  }))

/** The handler of `RecomputeMergeability`. @category handlers */
export const recomputeMergeabilityHandler = RecomputeMergeability.handle(({ pullRequestId }) =>
  Effect.flatMap(recompute(pullRequestId), (outcome) =>
    outcome._tag === "Skipped"
      ? Effect.logDebug("Nothing to compute").pipe(Effect.annotateLogs({ pullRequestId, reason: outcome.reason }))
      : Effect.logDebug("Computed mergeability").pipe(
          Effect.annotateLogs({
            pullRequest: `${outcome.pullRequest.repositoryName}#${outcome.pullRequest.number}`,
            state: outcome.mergeability.mergeableState
          })
        )
  )
)
