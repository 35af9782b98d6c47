import type { BulkJob } from "../BulkJob.ts"
import { tellHost } from "../tellHost.ts"

/** Closes the pull request. Its batch change opens it again when it is applied anew and still makes it. */
export const close = (job: BulkJob) => tellHost(job, (host, at) => host.close(at))
