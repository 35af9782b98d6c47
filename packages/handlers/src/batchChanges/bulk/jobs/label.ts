import type { BulkJob } from "../BulkJob.ts"
import type { BulkOperationOf } from "../BulkOperation.ts"
import { tellHost } from "../tellHost.ts"

/** Adds labels to the pull request, and removes others. One that is named as both is there afterwards. */
export const label = (job: BulkJob, { add = [], remove = [] }: BulkOperationOf<"label">) =>
  tellHost(job, (host, at) => host.label({ ...at, add, remove: remove.filter((name) => !add.includes(name)) }))
