/**
 * Writes down that a pull request is gone from its host, and tells it once.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { recordChangesetEvents } from "./recordChangesetEvent.ts"

/** One transaction, or part of the ambient one. Served by the primary key. @category operations */
export const markDeleted = Effect.fnUntraced(function* (changesetId: number) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* transaction(
    Effect.gen(function* () {
      yield* run((db) =>
        db.update(changesets).set({ syncedAt: clock, syncError: null }).where(eq(changesets.id, changesetId))
      )
      const [gone] = yield* run((db) =>
        db
          .update(changesets)
          .set({ externalState: "deleted", updatedAt: clock })
          .where(and(eq(changesets.id, changesetId), sql`${changesets.externalState} is distinct from 'deleted'`))
          .returning({ seen: changesets.externalUpdatedAt })
      )
      if (gone === undefined) return
      yield* recordChangesetEvents([{ changesetId, kind: "deleted", key: gone.seen?.toISOString() ?? "unknown" }])
    })
  )
})
