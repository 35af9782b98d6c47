/** Puts the changeset away, as its owner asked. No host hears of it. */
import { Database } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations as associations } from "../../../schema/changesets.ts"
import { recordChangesetEvents } from "../../changesets/recordChangesetEvent.ts"
import { writeOwn, type Changed, type Run } from "../Run.ts"

/** What was taken back meanwhile is not put away. Served by the primary key. */
export const archive = Effect.fnUntraced(function* ({ changeset, claim }: Run) {
  const { run, transaction } = yield* Database
  yield* transaction(
    Effect.gen(function* () {
      yield* writeOwn(claim, {})
      const put = yield* run((db) =>
        db
          .update(associations)
          .set({ archive: false, archived: true })
          .where(
            and(
              eq(associations.changesetId, changeset.id),
              eq(associations.batchChangeId, changeset.ownerId ?? 0),
              eq(associations.archive, true)
            )
          )
          .returning({ batchChangeId: associations.batchChangeId })
      )
      yield* recordChangesetEvents(
        put.map(({ batchChangeId }) => ({
          changesetId: changeset.id,
          kind: "archived",
          key: `${batchChangeId}:${claim.attempt}`,
          payload: { batchChangeId }
        }))
      )
    })
  )
  return {} satisfies Changed
})
