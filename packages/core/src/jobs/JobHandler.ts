/**
 * A handler of one kind of job, as a runtime takes it. Made by `JobKind.handle`.
 */
import type { Duration, Effect } from "effect"
import type { Decision } from "../retry/Decision.ts"
import type { RetryPolicy } from "../retry/RetryPolicy.ts"
import type { Claim } from "../store/Claim.ts"
import type { JobRow } from "./jobsTable.ts"

/** A job in its handler's hands: the claim on its row. @category models */
export type Job = Claim<JobRow>

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
  /** Decodes the payload and handles it. A payload that does not decode fails for good, with `PayloadRejected`'s message. */
  readonly run: (job: Job) => Effect.Effect<unknown, unknown, R>
  /** Sorts the errors that `run` fails with and that do not sort themselves. */
  readonly onError: ((error: never) => Decision) | undefined
}

/** The services that handlers need. */
export type Requirements<Handler> = Handler extends JobHandler<infer R> ? R : never
