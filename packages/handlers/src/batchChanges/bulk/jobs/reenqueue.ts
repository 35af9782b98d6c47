/**
 * Has the reconciler try a changeset again that failed. One that was tried again meanwhile is none.
 */
import { PermanentError } from "@drover/core"
import { Effect } from "effect"
import { enqueueChangesets } from "../../changesets/enqueueChangesets.ts"
import type { BulkJob } from "../BulkJob.ts"
import { holdForReconciler } from "../holdForReconciler.ts"

export const reenqueue = ({ claim }: BulkJob) =>
  claim.completeIn(
    Effect.gen(function* () {
      const { changesetId } = claim.record
      const { reconcilerState } = yield* holdForReconciler(claim.record)
      if (reconcilerState !== "failed" && reconcilerState !== "canceled") {
        return yield* new PermanentError({ reason: "cannot re-enqueue changeset not in failed state" })
      }
      yield* enqueueChangesets({ changesetIds: [changesetId] })
    })
  )
