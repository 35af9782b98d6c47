/**
 * Merges the pull request as whoever asked saw it. What was pushed after that is not merged: the job fails, and one who
 * has looked again resumes it.
 *
 * Who asked while the changeset was being worked on meant what becomes of it: the job waits for that, as it waits for
 * checks that are not done, as far as its attempts go.
 */
import { PermanentError, RetryableError } from "@drover/core"
import { Effect } from "effect"
import type { BulkJob } from "../BulkJob.ts"
import type { BulkOperationOf } from "../BulkOperation.ts"
import { tellHost } from "../tellHost.ts"

export const merge = (job: BulkJob, { message, method, title }: BulkOperationOf<"merge">) =>
  Effect.flatMap(expectedHeadOf(job), (expectedHead) =>
    tellHost(job, (host, at) => host.merge({ ...at, method, title, message, expectedHead }))
  )

const expectedHeadOf = ({
  changeset: { externalHeadSha, reconcilerState },
  claim: { record }
}: BulkJob): Effect.Effect<string | undefined, PermanentError | RetryableError> => {
  if (record.expectedHead !== null) return Effect.succeed(record.expectedHead)
  switch (reconcilerState) {
    case "completed":
      return Effect.succeed(externalHeadSha ?? undefined)
    case "failed":
    case "canceled":
      return Effect.fail(
        new PermanentError({ reason: "cannot merge a changeset that has failed: see why, and reenqueue it" })
      )
    default:
      return Effect.fail(new RetryableError({ reason: "the changeset is still being worked on; will retry" }))
  }
}
