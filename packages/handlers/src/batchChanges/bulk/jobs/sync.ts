import type { CodeHost, HostPullRequest, PullRequestAt } from "@drover/code-hosts"
import { Effect } from "effect"
import { markDeleted } from "../../changesets/markDeleted.ts"
import type { BulkJob } from "../BulkJob.ts"
import { saveShown, tellOnce } from "../tellHost.ts"

/** Reads the pull request as its host has it now. One that is gone is no fault: it is written down as deleted. */
export const sync = (job: BulkJob) => {
  const read = (host: CodeHost, at: PullRequestAt) =>
    Effect.catchTag(host.load(at), "PullRequestMissing", () => Effect.succeed<HostPullRequest | undefined>(undefined))
  return tellOnce(job, {
    tell: read,
    look: read,
    record: (shown) => (shown === undefined ? markDeleted(job.changeset.id) : saveShown(job, shown))
  })
}
