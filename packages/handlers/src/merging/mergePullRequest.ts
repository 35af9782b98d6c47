/**
 * Merges a pull request: moves its base, writes that it is merged, and has the others of that base computed anew.
 *
 * Git and Postgres share no commit, so the base moves first, together with `refs/pull/N/merged`, which names the
 * commit it moved to. A process that dies before the record is written leaves that ref behind: whoever comes next, a
 * repeated call or the recompute job, finds its commit in the base and writes the record.
 *
 * What the protection of the base requires is looked up while the pull request is held, and never remembered.
 *
 * The base moves only from where the merge was built on. One merge of a repository moves refs at a time, so they do
 * not chase one another; a push that comes between is built upon.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { type Git, type GitError, type Oid, updateRefs } from "@drover/git"
import { DateTime, Effect } from "effect"
import type { Forbidden, RepositoryUnknown } from "../access/AccessError.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { type PullRequest, requirePullRequest } from "../pullRequests/findPullRequest.ts"
import { holdWithRepository } from "../pullRequests/locks.ts"
import type { HeadMismatch, PullRequestNotFound, PullRequestNotMergeable } from "../pullRequests/PullRequestError.ts"
import { moveRef, refsOf } from "../pullRequests/pullRefs.ts"
import { repositoryOf } from "../pullRequests/requireAuthorOrWriter.ts"
import { missingOf } from "../standing/missingOf.ts"
import { readStanding } from "../standing/readStanding.ts"
import { buildMerge, type MergeMethod, obstacle } from "./buildMerge.ts"
import { recordMerge } from "./recordMerge.ts"
import { redoWhenMoved } from "./redoWhenMoved.ts"
import { signatureOf } from "./signatureOf.ts"
import { type Survey, survey } from "./survey.ts"

/** @category options */
export interface MergePullRequest {
  readonly pullRequestId: number
  readonly method: MergeMethod
  /** The head that the caller saw. With any other nothing is merged. Defaults to whatever is there. */
  readonly expectedHead?: string | undefined
  /** The first line of the message. Not used by `rebase`. Defaults to one with the pull request's number. */
  readonly title?: string | undefined
  /** The rest of the message. Not used by `rebase`. Defaults to the pull request's title for `merge`, to none for `squash`. */
  readonly body?: string | undefined
  /** Author of the merge, committer of replayed commits. Defaults to the actor. */
  readonly author?: { readonly name: string; readonly email: string } | undefined
  /** Who merges. Needs the role `write`. */
  readonly actorId?: ActorId
  /** Merges whatever the protection of the base requires. Needs the role `admin`. Defaults to false. */
  readonly bypassProtection?: boolean | undefined
}

/** @category errors */
export type MergeError =
  | PullRequestNotFound
  | PullRequestNotMergeable
  | RepositoryUnknown
  | Forbidden
  | HeadMismatch
  | PayloadRejected
  | GitError
  | DatabaseError

/** Gives the merged pull request. @category operations */
export const mergePullRequest = Effect.fn("PullRequests.merge")(function* (
  options: MergePullRequest
): Effect.fn.Return<PullRequest, MergeError, Git | Database | JobQueue> {
  const { actorId, bypassProtection = false, expectedHead, pullRequestId } = options
  const { transaction } = yield* Database
  const author = options.author ?? (yield* signatureOf(actorId))
  const how = { ...options, author: { ...author, at: yield* DateTime.now } }

  // built before anything is held, in the hope that nothing moves
  const early = yield* requirePullRequest(pullRequestId)
  yield* requireRole(actorId, repositoryOf(early), bypassProtection ? "admin" : "write")
  const hoped = yield* survey(early, expectedHead)
  const prepared = hoped._tag === "Ready" ? yield* buildMerge(early, hoped, how) : undefined

  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdWithRepository(pullRequestId)
      const found = yield* survey(pull, expectedHead)
      if (found._tag === "Landed") {
        return yield* recordMerge(pull, { commit: found.commit, base: pull.baseSha, head: pull.headSha, actorId })
      }
      const commit = prepared !== undefined && sameTips(hoped, found) ? prepared : yield* buildMerge(pull, found, how)
      if (!bypassProtection) yield* requirePass(pull, found)
      return yield* Effect.uninterruptible(land(pull, found, { commit, actorId }))
    })
  ).pipe(redoWhenMoved)
})

type Ready = Extract<Survey, { readonly _tag: "Ready" }>

const requirePass = Effect.fnUntraced(function* (pull: PullRequest, { base, behind, head }: Ready) {
  const missing = missingOf(yield* readStanding(pull, { base, head }), behind)
  if (missing.length > 0) return yield* obstacle(pull, "blocked", [], missing)
})

const sameTips = (one: Survey, other: Ready): boolean =>
  one._tag === "Ready" && one.base === other.base && one.head === other.head

/** The commit is named before the base moves: a host that dies in between has merged nothing. */
const land = Effect.fnUntraced(function* (
  pull: PullRequest,
  { base, head, refs }: Ready,
  {
    actorId,
    commit
  }: {
    readonly commit: Oid
    readonly actorId: ActorId
  }
) {
  const names = refsOf(pull)
  yield* updateRefs({
    repository: pull.repositoryPath,
    updates: [
      ...moveRef(names.merged, refs.merged, commit),
      ...moveRef(names.head, refs.head, head),
      ...moveRef(names.baseBranch, base, commit),
      ...moveRef(names.merge, refs.merge, null)
    ]
  })
  return yield* recordMerge(pull, { commit, base, head, actorId })
})
