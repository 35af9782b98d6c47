/**
 * Commit statuses: one line that a program says of a commit, in a context of its own. A later one of the same context
 * takes the place of an earlier one; all are kept.
 */
import { Database } from "@drover/core"
import { and, count, desc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { requireRepository } from "../repositories/findRepository.ts"
import type { ActorId } from "../access/requireRole.ts"
import { recordEvent } from "../events/recordEvent.ts"
import { commitStatuses, type StatusState } from "../schema/checks.ts"
import { checkCommit, checkName, checkText, checkUrl } from "./checkFields.ts"
import { type OfCommit, selectLatestStatuses } from "./latestReports.ts"
import { offsetOf, type Page } from "./Page.ts"
import { recomputeHeads } from "./recomputeHeads.ts"

/** @category models */
export type CommitStatus = typeof commitStatuses.$inferSelect

/** @category options */
export interface CreateStatus {
  readonly repositoryId: number
  /** The full id of a commit of the repository. */
  readonly sha: string
  readonly state: StatusState
  /** Defaults to `default`. */
  readonly context?: string | undefined
  /** At most 140 characters. */
  readonly description?: string | undefined
  readonly targetUrl?: string | undefined
  readonly actorId?: ActorId
}

/** Takes write access. The status, its event and the jobs of the pull requests with that head are one commit. @category operations */
export const createStatus = Effect.fn("Checks.createStatus")(function* (options: CreateStatus) {
  const { actorId, context = "default", description, repositoryId, state, targetUrl } = options
  const { run, transaction } = yield* Database
  const repository = yield* requireRepository(repositoryId, actorId, "write")
  yield* checkName("context", context)
  yield* checkText("description", description, 140)
  yield* checkUrl("target URL", targetUrl)
  const sha = yield* checkCommit(repository.path, "sha", options.sha)
  return yield* transaction(
    Effect.gen(function* () {
      const [status] = yield* run((db) =>
        db
          .insert(commitStatuses)
          .values({ repositoryId, sha, context, state, description, targetUrl, creatorId: actorId })
          .returning()
      )
      const { createdAt: created_at, id } = status!
      yield* recordEvent({
        event: "status",
        repositoryId,
        actorId,
        body: { id, sha, state, context, description: description ?? null, target_url: targetUrl ?? null, created_at }
      })
      yield* recomputeHeads({ repositoryId, sha })
      return status!
    })
  )
})

/** @category options */
export interface ReadCommit extends OfCommit {
  readonly actorId?: ActorId
}

/** What the latest status of each context comes to; `pending` where there is none. @category models */
export interface CombinedStatus {
  readonly state: "failure" | "pending" | "success"
  readonly statuses: ReadonlyArray<CommitStatus>
}

/** @category operations */
export const combinedStatus = Effect.fn("Checks.combinedStatus")(function* (options: ReadCommit) {
  const { run } = yield* Database
  yield* requireRepository(options.repositoryId, options.actorId, "read")
  const statuses = yield* run((db) => selectLatestStatuses(db, options))
  return { state: combine(statuses.map(({ state }) => state)), statuses } satisfies CombinedStatus
})

const combine = (states: ReadonlyArray<StatusState>): CombinedStatus["state"] => {
  if (states.includes("error") || states.includes("failure")) return "failure"
  return states.length === 0 || states.includes("pending") ? "pending" : "success"
}

/** All of them, the newest first. Served by `commit_statuses_latest_idx`. @category operations */
export const listStatuses = Effect.fn("Checks.listStatuses")(function* (options: ReadCommit & Page) {
  const { run } = yield* Database
  const { actorId, repositoryId, sha } = options
  yield* requireRepository(repositoryId, actorId, "read")
  const { limit, offset } = yield* offsetOf(options)
  const own = and(eq(commitStatuses.repositoryId, repositoryId), eq(commitStatuses.sha, sha))
  const [counted] = yield* run((db) => db.select({ total: count() }).from(commitStatuses).where(own))
  const items = yield* run((db) =>
    db.select().from(commitStatuses).where(own).orderBy(desc(commitStatuses.id)).limit(limit).offset(offset)
  )
  return { total: counted?.total ?? 0, items }
})
