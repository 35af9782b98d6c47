/**
 * Merges the pull request as whoever asked saw it. What was pushed after that is not merged: the job fails, and one who
 * has looked again resumes it. For checks that are not done yet it waits, as far as its attempts go.
 */
import type { BulkJob } from "../BulkJob.ts"
import type { BulkOperationOf } from "../BulkOperation.ts"
import { tellHost } from "../tellHost.ts"

export const merge = (job: BulkJob, { message, method, title }: BulkOperationOf<"merge">) => {
  const expectedHead = job.claim.record.expectedHead ?? job.changeset.externalHeadSha ?? undefined
  return tellHost(job, (host, at) => host.merge({ ...at, method, title, message, expectedHead }))
}
