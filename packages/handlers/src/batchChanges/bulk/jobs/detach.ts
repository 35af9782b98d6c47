/**
 * Has the batch change let go of a changeset: the reconciler does it, and needs to be told. Where they have nothing to
 * do with one another, all is as it should be.
 */
import { Effect } from "effect"
import { askToDetach } from "../../changesets/associations.ts"
import { enqueueChangesets } from "../../changesets/enqueueChangesets.ts"
import type { BulkJob } from "../BulkJob.ts"
import { holdChangeset } from "../holdChangeset.ts"

export const detach = ({ claim }: BulkJob) =>
  claim.completeIn(
    Effect.gen(function* () {
      const { batchChangeId, changesetId } = claim.record
      yield* holdChangeset(changesetId)
      const changesetIds = yield* askToDetach({ batchChangeId, changesetIds: [changesetId] })
      yield* enqueueChangesets({ changesetIds })
    })
  )
