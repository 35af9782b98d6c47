/** A batch change has the changeset again. No host hears of it. */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { recordChangesetEvents } from "../../changesets/recordChangesetEvent.ts"
import { writeOwn, type Changed, type Run } from "../Run.ts"

/** Served by the primary key. */
export const reattach = Effect.fnUntraced(function* ({ associations, changeset, claim }: Run) {
  const { transaction } = yield* Database
  yield* transaction(
    Effect.andThen(
      writeOwn(claim, { detachedAt: null }),
      recordChangesetEvents(
        associations.map(({ batchChangeId }) => ({
          changesetId: changeset.id,
          kind: "reattached",
          key: `${batchChangeId}:${claim.attempt}`,
          payload: { batchChangeId }
        }))
      )
    )
  )
  return {} satisfies Changed
})
