/**
 * The job kind of recomputing what the reviews and checks of a pull request come to.
 */
import { JobKind, RetryPolicy } from "@drover/core"
import { Schema } from "effect"

export const RecomputeReviewDecision = JobKind.make("recompute_review_decision", {
  payload: Schema.Struct({ pullRequestId: Schema.Int.check(Schema.isGreaterThan(0)) }),
  dedupeKey: ({ pullRequestId }) => String(pullRequestId),
  retry: RetryPolicy.make({ attempts: 5 }),
  timeout: "2 minutes"
})
