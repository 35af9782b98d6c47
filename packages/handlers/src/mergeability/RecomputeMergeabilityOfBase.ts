/**
 * The job kind of recomputing all pull requests of a base at once.
 *
 * Its key is the base: moves of it while a job is queued fold into it, and one that comes while it runs makes it run
 * once more.
 */
import { JobKind, RetryPolicy } from "@drover/core"
import { Schema } from "effect"

export const RecomputeMergeabilityOfBase = JobKind.make("recompute_mergeability_of_base", {
  payload: Schema.Struct({ repositoryId: Schema.Int.check(Schema.isGreaterThan(0)), baseRef: Schema.String }),
  dedupeKey: ({ baseRef, repositoryId }) => `${repositoryId}:${baseRef}`,
  retry: RetryPolicy.make({ attempts: 5 }),
  timeout: "10 minutes"
})
