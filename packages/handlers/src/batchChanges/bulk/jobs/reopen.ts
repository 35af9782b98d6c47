import type { BulkJob } from "../BulkJob.ts"
import { tellHost } from "../tellHost.ts"

/** Opens the pull request again. */
export const reopen = (job: BulkJob) => tellHost(job, (host, at) => host.reopen(at))
