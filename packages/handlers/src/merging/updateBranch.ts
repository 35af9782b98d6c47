/**
 * Brings a pull request's head up to date: merges its base into it.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { aheadBehind, type Git, type GitError, mergeCommits, updateRef } from "@drover/git"
import { DateTime, Effect } from "effect"
import type { Forbidden, RepositoryUnknown } from "../access/AccessError.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { labelOf, type PullRequest, requirePullRequest } from "../pullRequests/findPullRequest.ts"
import { holdWithRepository } from "../pullRequests/locks.ts"
import {
  BranchUpToDate,
  HeadMismatch,
  type PullRequestNotFound,
  type PullRequestNotMergeable,
  type PullRequestNotOpen
} from "../pullRequests/PullRequestError.ts"
import { readPullRefs, refsOf } from "../pullRequests/pullRefs.ts"
import { recordMoves } from "../pushes/recordMoves.ts"
import { repositoryOf } from "../pullRequests/requireAuthorOrWriter.ts"
import { requireOpen } from "../pullRequests/requireOpen.ts"
import { obstacle } from "./buildMerge.ts"
import { redoWhenMoved } from "./redoWhenMoved.ts"
import { signatureOf } from "./signatureOf.ts"

/** @category options */
export interface UpdateBranch {
  readonly pullRequestId: number
  /** The head that the caller saw. With any other nothing is merged. Defaults to whatever is there. */
  readonly expectedHead?: string | undefined
  /** Author of the merge. Defaults to the actor. */
  readonly author?: { readonly name: string; readonly email: string } | undefined
  /** Needs the role `write`. */
  readonly actorId?: ActorId
}

/** @category errors */
export type UpdateBranchError =
  | PullRequestNotFound
  | RepositoryUnknown
  | Forbidden
  | PullRequestNotOpen
  | PullRequestNotMergeable
  | HeadMismatch
  | BranchUpToDate
  | PayloadRejected
  | GitError
  | DatabaseError

/** Gives the pull request with its new head. Fails with `BranchUpToDate` when the base has no new commits. @category operations */
export const updateBranch = Effect.fn("PullRequests.updateBranch")(function* (
  options: UpdateBranch
): Effect.fn.Return<PullRequest, UpdateBranchError, Git | Database | JobQueue> {
  const { actorId, expectedHead, pullRequestId } = options
  const { transaction } = yield* Database
  const author = { ...(options.author ?? (yield* signatureOf(actorId))), at: yield* DateTime.now }
  const updated = yield* transaction(
    Effect.gen(function* () {
      const held = yield* holdWithRepository(pullRequestId)
      yield* requireRole(actorId, repositoryOf(held), "write")
      const pull = yield* requireOpen(held)
      const { base, head } = (yield* readPullRefs(pull)).tips
      if (base === null || head === null) return yield* obstacle(pull, "branch gone")
      if (expectedHead !== undefined && expectedHead !== head) {
        return yield* new HeadMismatch({ pullRequest: labelOf(pull), expected: expectedHead, actual: head })
      }
      const repository = pull.repositoryPath
      const { behind } = yield* aheadBehind({ repository, base, head })
      if (behind > 0) {
        const merge = yield* mergeCommits({
          repository,
          base: head,
          head: base,
          message: `Merge branch '${pull.baseRef}' into ${pull.headRef}\n`,
          author
        })
        if (!merge.clean) return yield* obstacle(pull, "conflict", merge.conflictedPaths)
        yield* updateRef({ repository, ref: refsOf(pull).headBranch, from: head, to: merge.commit })
      }
      // also where there was nothing to do: whoever did it before may have died before it was recorded
      if (behind > 0 || pull.headSha !== head) {
        yield* recordMoves({ repositoryId: pull.repositoryId, actorId, branches: [pull.headRef] })
      }
      return behind > 0
    })
  ).pipe(
    Effect.catchTag("UnrelatedHistories", () =>
      Effect.flatMap(requirePullRequest(pullRequestId), (pull) => Effect.fail(obstacle(pull, "unrelated histories")))
    ),
    redoWhenMoved
  )
  const pull = yield* requirePullRequest(pullRequestId)
  return updated ? pull : yield* new BranchUpToDate({ pullRequest: labelOf(pull) })
})
