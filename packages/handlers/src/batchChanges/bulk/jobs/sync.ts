import type { BulkJob } from "../BulkJob.ts"
import { tellHost } from "../tellHost.ts"

/** Reads the pull request as its host has it now. */
export const sync = (job: BulkJob) => tellHost(job, (host, at) => host.load(at))
