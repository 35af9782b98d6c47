/**
 * Which commit of a pull request a review is of.
 */
import { type Git, type GitError, isAncestor, isOid, type Oid } from "@drover/git"
import { Effect } from "effect"
import { CommentRejected } from "../comments/CommentError.ts"
import type { Tips } from "../mergeability/Mergeability.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { tipsOf } from "./tipsOf.ts"

export interface Reviewed {
  readonly commit: Oid
  /** Null where the base branch is gone. */
  readonly base: Oid | null
}

/** The head, or the commit asked for where it is one of the pull request's. */
export const reviewedCommit = Effect.fnUntraced(function* (
  pull: PullRequest,
  asked: string | undefined
): Effect.fn.Return<Reviewed, CommentRejected | GitError, Git> {
  const tips = yield* tipsOf(pull)
  // the branch of a closed one may be gone, and what it brought is still there to be talked about
  const head = tips.head ?? (pull.headSha as Oid | null)
  if (head === null) return yield* reject("has no head to be reviewed: push its branch again")
  if (asked === undefined || asked === head) return { commit: head, base: tips.base }
  if (!isOid(asked) || !(yield* isOneOf(pull, { base: tips.base, head }, asked))) {
    return yield* reject(`has no commit ${asked}: review one between its base and its head`)
  }
  return { commit: asked, base: tips.base }
})

const reject = (rule: string) => Effect.fail(new CommentRejected({ field: "pull request", rule }))

/** The head has it, and the base has it not. */
const isOneOf = ({ repositoryPath: repository }: PullRequest, { base, head }: Tips, commit: Oid) =>
  Effect.gen(function* () {
    if (head === null || !(yield* isAncestor({ repository, ancestor: commit, descendant: head }))) return false
    return base === null || !(yield* isAncestor({ repository, ancestor: commit, descendant: base }))
  }).pipe(Effect.catchTag("RevisionNotFound", () => Effect.succeed(false)))
