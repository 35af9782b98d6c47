/**
 * Writes what was seen of a pull request on its host, and tells what changed.
 *
 * Only the columns of what was seen; what is wanted, and whose turn it is, are other statements'. What is older than
 * what is known, by the host's clock, is not written. Served by the primary key.
 */
import type { HostPullRequest } from "@drover/code-hosts"
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { recordChangesetEvents } from "./recordChangesetEvent.ts"
import { seenEvents, type Seen } from "./seenEvents.ts"

/** Of all that a host shows, what is kept. Pure. */
export const seenOf = (pull: HostPullRequest): Seen => ({
  externalId: pull.externalId,
  externalUrl: pull.url,
  externalState: pull.state === "open" ? (pull.archived ? "readonly" : pull.draft ? "draft" : "open") : pull.state,
  externalTitle: pull.title,
  externalBody: pull.body,
  externalBaseRef: pull.baseRef,
  externalHeadSha: pull.headSha,
  mergeableState: pull.mergeableState,
  checkState: pull.checkState,
  reviewState: pull.reviewState,
  conflictedPaths: [...pull.conflictedPaths],
  labels: [...pull.labels],
  mergeCommitSha: pull.mergeCommitSha,
  externalUpdatedAt: pull.updatedAt
})

/** @category options */
export interface SaveSeen {
  readonly changesetId: number
  readonly pullRequest: HostPullRequest
  /** Who made it so, where that is known. */
  readonly actorId?: number | null | undefined
  /**
   * Who looked had taken it: if somebody heard since that it changed, it is looked at once more. Defaults to false.
   */
  readonly heedsHints?: boolean | undefined
}

/** One transaction, or part of the ambient one. Gives whether it was new enough to be written. @category operations */
export const saveSeen = Effect.fn("Changesets.saveSeen")(function* ({
  actorId,
  changesetId,
  heedsHints = false,
  pullRequest
}: SaveSeen) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const seen = seenOf(pullRequest)
  return yield* transaction(
    Effect.gen(function* () {
      const [before] = yield* run((db) =>
        db.select().from(changesets).where(eq(changesets.id, changesetId)).for("no key update")
      )
      if (before === undefined) return false
      if (before.externalUpdatedAt !== null && before.externalUpdatedAt > pullRequest.updatedAt) return false
      yield* run((db) =>
        db
          .update(changesets)
          .set({
            ...seen,
            headRef: before.headRef === "" ? pullRequest.headRef : before.headRef,
            syncedAt: heedsHints && before.syncedAt === null ? null : clock,
            syncError: null,
            updatedAt: clock
          })
          .where(eq(changesets.id, changesetId))
      )
      yield* recordChangesetEvents(seenEvents(before, seen).map((event) => ({ ...event, changesetId, actorId })))
      return true
    })
  )
})
