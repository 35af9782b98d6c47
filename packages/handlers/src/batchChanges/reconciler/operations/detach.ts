/** Drops what batch changes asked to let go of. No host hears of it. */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, or } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations as associations } from "../../../schema/changesets.ts"
import { associationsOf } from "../../changesets/associations.ts"
import { recordChangesetEvents } from "../../changesets/recordChangesetEvent.ts"
import { writeOwn, type Changed, type Run } from "../Run.ts"

/** What was taken back meanwhile stays. Served by the primary key. */
export const detach = Effect.fnUntraced(function* ({ changeset, claim }: Run) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* transaction(
    Effect.gen(function* () {
      // first, so that whoever attaches it at the same time comes before or after
      yield* writeOwn(claim, {})
      const dropped = yield* run((db) =>
        db
          .delete(associations)
          .where(
            and(
              eq(associations.changesetId, changeset.id),
              or(eq(associations.detach, true), neverPublished(changeset))
            )
          )
          .returning({ batchChangeId: associations.batchChangeId })
      )
      const left = yield* associationsOf([changeset.id])
      // nobody is left who could want it to be looked at once more: it would wait where no batch change lists it
      if (left.length === 0) yield* writeOwn(claim, { detachedAt: clock, runAgain: false })
      yield* recordChangesetEvents(
        dropped.map(({ batchChangeId }) => ({
          changesetId: changeset.id,
          kind: "detached",
          key: `${batchChangeId}:${claim.attempt}`,
          payload: { batchChangeId }
        }))
      )
    })
  )
  return {} satisfies Changed
})

/** What was to be put away, when it was being published, and came to nothing. */
const neverPublished = ({ ownerId, publication }: Run["changeset"]) =>
  publication === "published"
    ? undefined
    : and(eq(associations.batchChangeId, ownerId ?? 0), eq(associations.archive, true))
