/**
 * Has the batch change let go of a changeset: the reconciler does it, and needs to be told. Where they have nothing to
 * do with one another, all is as it should be.
 */
import { Database } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations as associations } from "../../../schema/changesets.ts"
import { enqueueChangesets } from "../../changesets/enqueueChangesets.ts"
import type { BulkJob } from "../BulkJob.ts"
import { holdChangeset } from "../holdChangeset.ts"

/** Served by the primary keys. */
export const detach = ({ claim }: BulkJob) =>
  claim.completeIn(
    Effect.gen(function* () {
      const { run } = yield* Database
      const { batchChangeId, changesetId } = claim.record
      yield* holdChangeset(changesetId)
      const letGo = yield* run((db) =>
        db
          .update(associations)
          .set({ detach: true })
          .where(and(eq(associations.changesetId, changesetId), eq(associations.batchChangeId, batchChangeId)))
          .returning({ changesetId: associations.changesetId })
      )
      yield* enqueueChangesets({ changesetIds: letGo.map((association) => association.changesetId) })
    })
  )
