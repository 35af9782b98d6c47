/**
 * Whether a pull request can be merged now, looked up and not remembered.
 */
import { aheadBehind, type Git, type GitError, type Oid } from "@drover/git"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { labelOf, type PullRequest } from "../pullRequests/findPullRequest.ts"
import { HeadMismatch, type PullRequestNotMergeable } from "../pullRequests/PullRequestError.ts"
import { landedCommit, type PullRefs, readPullRefs } from "../pullRequests/pullRefs.ts"
import { obstacle } from "./buildMerge.ts"

/** `Landed`: it was merged before, and only the record of it is missing. */
export type Survey =
  | { readonly _tag: "Landed"; readonly commit: Oid }
  | { readonly _tag: "Ready"; readonly refs: PullRefs; readonly base: Oid; readonly head: Oid; readonly behind: number }

export const survey = Effect.fnUntraced(function* (
  pull: PullRequest,
  expectedHead: string | undefined
): Effect.fn.Return<Survey, PullRequestNotMergeable | HeadMismatch | GitError, Git> {
  if (pull.state === "merged") return yield* obstacle(pull, "merged")
  const refs = yield* readPullRefs(pull)
  const commit = yield* landedCommit(pull, refs)
  if (commit !== undefined) return { _tag: "Landed", commit }
  const refused = refuse(pull, refs.tips, expectedHead)
  if (refused !== undefined) return yield* refused
  const { base, head } = refs.tips
  if (base === null || head === null) return yield* obstacle(pull, "branch gone")
  const { ahead, behind } = yield* aheadBehind({ repository: pull.repositoryPath, base, head })
  if (ahead === 0) return yield* obstacle(pull, "no commits")
  return { _tag: "Ready", refs, base, head, behind }
})

/** What can be said without git. Pure. */
const refuse = (pull: PullRequest, { head }: Tips, expectedHead: string | undefined) => {
  if (pull.state !== "open") return obstacle(pull, pull.state)
  if (pull.draft) return obstacle(pull, "draft")
  if (head !== null && expectedHead !== undefined && head !== expectedHead) {
    return new HeadMismatch({ pullRequest: labelOf(pull), expected: expectedHead, actual: head })
  }
}
