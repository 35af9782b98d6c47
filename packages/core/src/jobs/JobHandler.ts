/**
 * A handler of one kind of job, as a runtime takes it. Made by `JobKind.handle`.
 */
import type { Duration, Effect } from "effect"
import type { Decision } from "../retry/Decision.ts"
import type { RetryPolicy } from "../retry/RetryPolicy.ts"
import type { Claim } from "../store/Claim.ts"
import type { JobRow } from "./jobsTable.ts"

/**
 * @category models
 */
export interface JobHandler<R> {
  readonly kind: {
    readonly name: string
    /** The newest payload version that it can read. */
    readonly version: number
    readonly retry: RetryPolicy
    readonly timeout: Duration.Duration | undefined
    readonly concurrency: number | undefined
  }
  /** Decodes the payload and handles it. A payload that does not decode fails with `PayloadRejected`, for good. */
  readonly run: (job: Claim<JobRow>) => Effect.Effect<unknown, unknown, R>
  readonly onError: ((error: never) => Decision) | undefined
}
