/**
 * From what a host or git said to what becomes of the changeset.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { recordChangesetEvents } from "../changesets/recordChangesetEvent.ts"
import type { Operation } from "../plan/Operation.ts"
import { StepFailed } from "./ReconcileError.ts"
import type { Run } from "./Run.ts"

/** An error that says whether the same may succeed later. Times are in milliseconds. */
export interface Sorted {
  readonly _tag: string
  readonly message: string
  readonly retryable: boolean
  readonly retryAfter?: number | undefined
}

/** Pure. */
export const stepFailed = (operation: Operation, { _tag, message, retryable, retryAfter }: Sorted): StepFailed =>
  new StepFailed({
    operation,
    error: _tag,
    reason: message,
    retryable,
    ...(retryAfter === undefined ? {} : { retryAfter: Duration.millis(retryAfter) })
  })

/** Whether the host said that the repository takes no changes any more. Pure. */
export const saysArchived = ({ _tag }: Sorted): boolean => _tag === "ArchivedOnHost"

/**
 * Remembers that a repository takes no changes, and that the changeset's pull request cannot be changed with it. Joins
 * the ambient transaction. Served by primary keys.
 */
export const markArchived = Effect.fnUntraced(function* ({ changeset, claim, external, repository }: Run) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  yield* run((db) =>
    db
      .update(repositories)
      .set({ archivedAt: sql`coalesce(${repositories.archivedAt}, ${clock})` })
      .where(eq(repositories.id, repository.id))
  )
  yield* run((db) =>
    db.update(changesets).set({ externalState: "readonly", updatedAt: clock }).where(eq(changesets.id, changeset.id))
  )
  if (changeset.publication === "unpublished" || external === "readonly") return
  yield* recordChangesetEvents([
    {
      changesetId: changeset.id,
      kind: "readonly",
      key: `${claim.attempt}`,
      payload: { from: external, to: "readonly" }
    }
  ])
})
