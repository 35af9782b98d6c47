/**
 * The job kind of recomputing a pull request's mergeability.
 *
 * Its key is the pull request: triggers while a job is queued fold into it, and
 * one that comes while it runs makes it run once more.
 */
import { JobKind, RetryPolicy } from "@drover/core"
import { Schema } from "effect"

export const RecomputeMergeability = JobKind.make("recompute_mergeability", {
  payload: Schema.Struct({ pullRequestId: Schema.Int.check(Schema.isGreaterThan(0)) }),
  dedupeKey: ({ pullRequestId }) => String(pullRequestId),
  retry: RetryPolicy.make({ attempts: 5 }),
  timeout: "2 minutes"
})
