/**
 * Does one job of a bulk operation.
 */
import type { Claim } from "@drover/core"
import { Effect } from "effect"
import type { BulkJob } from "./BulkJob.ts"
import type { BulkOperation } from "./BulkOperation.ts"
import type { ChangesetJob } from "./BulkStore.ts"
import { close } from "./jobs/close.ts"
import { comment } from "./jobs/comment.ts"
import { detach } from "./jobs/detach.ts"
import { draft } from "./jobs/draft.ts"
import { label } from "./jobs/label.ts"
import { merge } from "./jobs/merge.ts"
import { publish } from "./jobs/publish.ts"
import { reenqueue } from "./jobs/reenqueue.ts"
import { reopen } from "./jobs/reopen.ts"
import { sync } from "./jobs/sync.ts"
import { loadJob } from "./loadJob.ts"
import { readOperation } from "./readOperation.ts"
import { rememberFailure } from "./rememberFailure.ts"

/** Completes the job itself, in the transaction that records what became of it. */
export const processJob = Effect.fn("BulkOperations.process")(
  function* (claim: Claim<ChangesetJob>) {
    const operation = yield* readOperation({ type: claim.record.jobType, payload: claim.record.payload })
    const job = yield* loadJob(claim)
    yield* perform(job, operation)
  },
  (effect, claim) => Effect.onError(effect, (cause) => rememberFailure(claim, cause))
)

const perform = (job: BulkJob, operation: BulkOperation) => {
  switch (operation.type) {
    case "comment":
      return comment(job, operation)
    case "detach":
      return detach(job)
    case "reenqueue":
      return reenqueue(job)
    case "merge":
      return merge(job, operation)
    case "close":
      return close(job)
    case "reopen":
      return reopen(job)
    case "publish":
      return publish(job, operation)
    case "draft":
      return draft(job)
    case "sync":
      return sync(job)
    case "label":
      return label(job, operation)
  }
}
