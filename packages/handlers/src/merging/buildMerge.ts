/**
 * Writes the commits that a merge puts on the base, and moves nothing.
 */
import { type Git, type GitError, mergeCommits, type Oid, rebaseCommits, type Signature } from "@drover/git"
import { Effect, Schema } from "effect"
import { labelOf, type PullRequest } from "../pullRequests/findPullRequest.ts"
import { type MergeObstacle, PullRequestNotMergeable } from "../pullRequests/PullRequestError.ts"
import { mergeMessage } from "./mergeMessage.ts"

/**
 * `merge`: a commit with two parents. `squash`: one commit with everything in it. `rebase`: the head's commits anew,
 * on top of the base.
 */
export const MergeMethod = Schema.Literals(["merge", "squash", "rebase"])

/** @category models */
export type MergeMethod = typeof MergeMethod.Type

export interface BuildMerge {
  readonly method: MergeMethod
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly author: Signature
}

/** Gives the new tip of the base. The same tips and options give the same one. */
export const buildMerge = (
  pull: PullRequest,
  { base, head }: { readonly base: Oid; readonly head: Oid },
  options: BuildMerge
): Effect.Effect<Oid, PullRequestNotMergeable | GitError, Git> => {
  const pair = { repository: pull.repositoryPath, base, head }
  const { author, method } = options
  const built: Effect.Effect<Oid, PullRequestNotMergeable | GitError, Git> =
    method === "rebase"
      ? Effect.flatMap(Effect.scoped(rebaseCommits({ ...pair, committer: author })), (result) => {
          if (!result.clean) return Effect.fail(obstacle(pull, "conflict", result.conflictedPaths))
          // the base has the changes of every commit, if not the commits
          return result.commits.length === 0 ? Effect.fail(obstacle(pull, "no commits")) : Effect.succeed(result.tip)
        })
      : Effect.flatMap(
          mergeCommits({ ...pair, method, author, message: mergeMessage(method, pull, options) }),
          (result) =>
            result.clean
              ? Effect.succeed(result.commit)
              : Effect.fail(obstacle(pull, "conflict", result.conflictedPaths))
        )
  return built.pipe(
    Effect.catchTags({
      UnrelatedHistories: () => Effect.fail(obstacle(pull, "unrelated histories")),
      MergeCommitFound: () => Effect.fail(obstacle(pull, "merge commits"))
    })
  )
}

export const obstacle = (
  pull: PullRequest,
  reason: MergeObstacle,
  conflictedPaths: ReadonlyArray<string> = [],
  missing: ReadonlyArray<string> = []
): PullRequestNotMergeable =>
  new PullRequestNotMergeable({ pullRequest: labelOf(pull), reason, conflictedPaths, missing })
