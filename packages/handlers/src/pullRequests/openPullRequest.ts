/**
 * Opens a pull request: the row, the jobs that compute it and the event that tells of it are one commit.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { type Git, type GitError, type Oid, updateRef } from "@drover/git"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Forbidden, RepositoryUnknown } from "../access/AccessError.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { recordMoves } from "../pushes/recordMoves.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { checkTitle } from "./checkTitle.ts"
import type { PullRequest } from "./findPullRequest.ts"
import { lockRepository } from "./locks.ts"
import { PullRequestRejected } from "./PullRequestError.ts"
import { refsOf } from "./pullRefs.ts"
import { rejectTwin } from "./rejectTwin.ts"
import { requireBranches } from "./requireBranches.ts"

/** @category options */
export interface OpenPullRequest {
  readonly repositoryId: number
  /** One line. */
  readonly title: string
  /** Defaults to none. */
  readonly body?: string | undefined
  /** Branch names without `refs/heads/`. */
  readonly base: string
  readonly head: string
  /** Defaults to false. */
  readonly draft?: boolean | undefined
  /** Needs the role `write`: both branches are the repository's own. */
  readonly actorId?: ActorId
  /** Whose it is. Defaults to the actor. */
  readonly authorId?: number | undefined
}

/** @category errors */
export type OpenPullRequestError =
  | PullRequestRejected
  | RepositoryUnknown
  | Forbidden
  | PayloadRejected
  | GitError
  | DatabaseError

/** @category operations */
export const openPullRequest = Effect.fn("PullRequests.open")(function* ({
  actorId,
  authorId = actorId,
  base,
  body = "",
  draft = false,
  head,
  repositoryId,
  title
}: OpenPullRequest): Effect.fn.Return<PullRequest, OpenPullRequestError, Git | Database | JobQueue> {
  const { run, transaction } = yield* Database
  yield* checkTitle(title)
  const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
  if (repository === undefined) {
    return yield* new PullRequestRejected({ field: "repository", rule: `${repositoryId} does not exist` })
  }
  yield* requireRole(actorId, repository, "write")
  const inRepository = { repositoryName: repository.name, repositoryPath: repository.path }
  const tips = yield* requireBranches({ ...inRepository, base, head })

  const opened = yield* transaction(
    Effect.gen(function* () {
      // numbers have no gaps and no twins: one pull request of a repository is opened at a time
      yield* lockRepository(repositoryId)
      // a push that nobody told of came before, and is told before
      yield* recordMoves({ repositoryId, branches: [base, head] })
      const next = sql<number>`(select coalesce(max(${pullRequests.number}), 0) + 1 from ${pullRequests} where ${pullRequests.repositoryId} = ${repositoryId})`
      const [row] = yield* run((db) =>
        db
          .insert(pullRequests)
          .values({
            repositoryId,
            number: next,
            title,
            body,
            authorId,
            baseRef: base,
            headRef: head,
            baseSha: tips.base,
            headSha: tips.head,
            draft
          })
          .returning()
      )
      const pull = { ...row!, ...inRepository }
      yield* recordPullRequestEvent(pull, { event: "pull_request", action: "opened", actorId })
      yield* RecomputeMergeability.enqueue({ pullRequestId: pull.id })
      yield* RecomputeReviewDecision.enqueue({ pullRequestId: pull.id })
      return pull
    })
  ).pipe(rejectTwin({ base, head }))
  yield* publishHead(opened, tips.head)
  return opened
})

/**
 * So that it can be fetched at once. Only where nobody has yet: the job may have been faster, and know more. The pull
 * request is open whether or not this works, and the job does it again.
 */
const publishHead = (pull: PullRequest, head: Oid): Effect.Effect<void, never, Git> =>
  updateRef({ repository: pull.repositoryPath, ref: refsOf(pull).head, from: null, to: head }).pipe(
    Effect.catchTag("RefMoved", () => Effect.void),
    Effect.catch((error) => Effect.logWarning("The head of a new pull request is published later", error))
  )
