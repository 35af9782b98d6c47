/**
 * Changes what a pull request says of itself, and what it goes into.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { changeAndRecompute } from "./changeAndRecompute.ts"
import { changedAt } from "./changedAt.ts"
import { checkTitle } from "./checkTitle.ts"
import { type PullRequest, requirePullRequest } from "./findPullRequest.ts"
import { holdPullRequest } from "./locks.ts"
import { rejectTwin } from "./rejectTwin.ts"
import { requireAuthorOrWriter } from "./requireAuthorOrWriter.ts"
import { requireBranches } from "./requireBranches.ts"
import { requireOpen } from "./requireOpen.ts"

/** What is left out stays as it is. @category options */
export interface UpdatePullRequest {
  readonly pullRequestId: number
  /** One line. */
  readonly title?: string | undefined
  readonly body?: string | undefined
  /** A branch name without `refs/heads/`. Only an open pull request can get another. */
  readonly base?: string | undefined
  /** The author, or somebody with the role `write`. */
  readonly actorId?: ActorId
}

/**
 * The rules of a new pull request hold. Another base has it computed anew; another title or body does not. Where
 * nothing is different, nothing is told.
 *
 * @category operations
 */
export const updatePullRequest = Effect.fn("PullRequests.update")(function* ({
  actorId,
  base,
  body,
  pullRequestId,
  title
}: UpdatePullRequest) {
  const { transaction } = yield* Database
  if (title !== undefined) yield* checkTitle(title)
  const { baseRef, headRef: head } = yield* requirePullRequest(pullRequestId)
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdPullRequest(pullRequestId)
      yield* requireAuthorOrWriter(actorId, pull)
      const rebased = yield* newBase(pull, base)
      const words = {
        ...(title === undefined || title === pull.title ? {} : { title }),
        ...(body === undefined || body === pull.body ? {} : { body })
      }
      const changes = changesOf(pull, { ...words, ...rebased })
      if (Object.keys(changes).length === 0) return pull
      const updated = yield* rebased === undefined
        ? say(pull, words)
        : changeAndRecompute(pull, { ...words, ...rebased })
      // what the base requires may be another
      if (rebased !== undefined) yield* RecomputeReviewDecision.enqueue({ pullRequestId })
      yield* recordPullRequestEvent(updated, { event: "pull_request", action: "edited", actorId, body: { changes } })
      return updated
    })
  ).pipe(rejectTwin({ base: base ?? baseRef, head }))
})

/** Undefined where it keeps the one that it has. */
const newBase = Effect.fnUntraced(function* (pull: PullRequest, base: string | undefined) {
  if (base === undefined) return undefined
  yield* requireOpen(pull)
  if (base === pull.baseRef) return undefined
  const tips = yield* requireBranches({ ...pull, base, head: pull.headRef })
  return { baseRef: base, baseSha: tips.base, headSha: tips.head }
})

/** Served by the primary key. */
const say = Effect.fnUntraced(function* (held: PullRequest, words: Partial<Pick<PullRequest, "title" | "body">>) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  yield* run((db) =>
    db
      .update(pullRequests)
      .set({ ...words, updatedAt: changedAt(clock) })
      .where(and(eq(pullRequests.id, held.id)))
  )
  return yield* requirePullRequest(held.id)
})

/** As GitHub tells of an edit: what each changed part was before. Pure. */
const changesOf = (
  before: PullRequest,
  { baseRef, body, title }: Partial<Pick<PullRequest, "title" | "body" | "baseRef">>
) => ({
  ...(title === undefined ? {} : { title: { from: before.title } }),
  ...(body === undefined ? {} : { body: { from: before.body } }),
  ...(baseRef === undefined ? {} : { base: { ref: { from: before.baseRef }, sha: { from: before.baseSha } } })
})
