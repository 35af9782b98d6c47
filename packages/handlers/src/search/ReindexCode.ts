/**
 * The job kind of bringing a repository's code search index up to its default branch.
 */
import { JobKind, RetryPolicy } from "@drover/core"
import { Schema } from "effect"

export const ReindexCode = JobKind.make("reindex_search", {
  payload: Schema.Struct({ repositoryId: Schema.Int.check(Schema.isGreaterThan(0)) }),
  dedupeKey: ({ repositoryId }) => String(repositoryId),
  retry: RetryPolicy.make({ attempts: 5 }),
  timeout: "10 minutes"
})
