/**
 * Writes down that a pull request is gone from its host, and tells it once.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { recordChangesetEvents } from "./recordChangesetEvent.ts"

/** One transaction, or part of the ambient one. Served by the primary key. @category operations */
export const markDeleted = Effect.fnUntraced(function* (changesetId: number) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* transaction(
    Effect.gen(function* () {
      const [before] = yield* run((db) =>
        db
          .select({ state: changesets.externalState, seen: changesets.externalUpdatedAt })
          .from(changesets)
          .where(eq(changesets.id, changesetId))
          .for("no key update")
      )
      if (before === undefined) return
      yield* run((db) =>
        db
          .update(changesets)
          .set({ externalState: "deleted", syncedAt: clock, syncError: null, updatedAt: clock })
          .where(eq(changesets.id, changesetId))
      )
      if (before.state === "deleted") return
      const key = before.seen?.toISOString() ?? "unknown"
      yield* recordChangesetEvents([
        { changesetId, kind: "deleted", key, payload: { from: before.state, to: "deleted" } }
      ])
    })
  )
})
