/**
 * A kind of job, as one value: its name, what it carries, and how it is run.
 *
 * ```ts
 * const SendWelcome = JobKind.make("send-welcome", {
 *   payload: Schema.Struct({ userId: Schema.Int }),
 *   dedupeKey: ({ userId }) => String(userId)
 * })
 * yield* SendWelcome.enqueue({ userId: 7 })           // in the ambient transaction
 * const handler = SendWelcome.handle(({ userId }) => …)
 * ```
 */
import { Duration, Effect, Schema } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { SortedError } from "../retry/HandlerError.ts"
import { type RetryPolicy, standard, validate } from "../retry/RetryPolicy.ts"
import type { Claim } from "../store/Claim.ts"
import { InvalidOptions } from "../store/StoreError.ts"
import { positiveDuration } from "../store/StoreOptions.ts"
import type { OnError } from "../worker/WorkerOptions.ts"
import type { EncodedJob } from "./enqueueJobs.ts"
import type { JobHandler } from "./JobHandler.ts"
import { type Enqueued, JobQueue } from "./JobQueue.ts"
import type { JobRow } from "./jobsTable.ts"
import * as Payload from "./Payload.ts"

/**
 * The payload does not fit the kind's schema. Nothing was enqueued.
 *
 * @category errors
 */
export class PayloadRejected extends Schema.TaggedError<PayloadRejected>()("PayloadRejected", {
  kind: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `The payload does not fit the job kind "${this.kind}": ${this.reason}`
  }
  /** The same payload will not fit tomorrow. */
  get retryable() {
    return false
  }
}

/** @category options */
export interface JobKindOptions<A> {
  readonly payload: Payload.PayloadSchema<A> | Payload.Payload<A>
  /**
   * Jobs of the kind with equal keys fold into one while it is queued, and run once more when it is running.
   * The empty string and undefined mean no key. Defaults to none.
   */
  readonly dedupeKey?: ((payload: A) => string | undefined) | undefined
  /** Defaults to `RetryPolicy.standard`. */
  readonly retry?: RetryPolicy | undefined
  /** Limit on one run. Defaults to none. */
  readonly timeout?: Duration.Input | undefined
  /** Lower goes first, over all kinds. Defaults to 0. */
  readonly priority?: number | undefined
  /** Jobs of this kind that one worker runs at a time. Defaults to the worker's own limit. */
  readonly concurrency?: number | undefined
}

/** @category options */
export interface EnqueueOptions {
  /** Not before this moment, or after this time from now. Defaults to now. */
  readonly after?: Date | Duration.Input | undefined
  /** Defaults to the kind's. */
  readonly priority?: number | undefined
  /** Instead of the kind's own key. */
  readonly dedupeKey?: string | undefined
}

/** A job in its handler's hands: the claim on its row. @category models */
export type Job = Claim<JobRow>

/**
 * @category models
 */
export interface JobKind<Name extends string, A> {
  readonly name: Name
  readonly payload: Payload.Payload<A>
  readonly retry: RetryPolicy
  readonly timeout: Duration.Duration | undefined
  readonly concurrency: number | undefined
  /** Enqueues one job, in the ambient transaction if there is one. */
  readonly enqueue: (
    payload: A,
    options?: EnqueueOptions
  ) => Effect.Effect<Enqueued, PayloadRejected | DatabaseError, JobQueue>
  /** Enqueues many jobs in one statement: all or none. Answers in their order. */
  readonly enqueueAll: (
    payloads: ReadonlyArray<A>,
    options?: EnqueueOptions
  ) => Effect.Effect<ReadonlyArray<Enqueued>, PayloadRejected | DatabaseError, JobQueue>
  /** What a job of this kind looks like in the table. For enqueueing jobs of several kinds together. */
  readonly encode: (payload: A, options?: EnqueueOptions) => Effect.Effect<EncodedJob, PayloadRejected>
  /**
   * A handler for a runtime. Errors that do not sort themselves need an `onError`, as in `WorkerOptions`.
   */
  readonly handle: <E, R>(
    handler: (payload: A, job: Job) => Effect.Effect<unknown, E, R>,
    ...options: [Exclude<E, SortedError>] extends [never] ? [options?: OnError<E>] : [options: OnError<E>]
  ) => JobHandler<R>
}

/** Throws `InvalidOptions` when an option cannot work. @category constructors */
export const make = <const Name extends string, A>(name: Name, options: JobKindOptions<A>): JobKind<Name, A> => {
  const owner = `job kind "${name}"`
  const whole = (field: string, value: number, from: number): number => {
    if (Number.isInteger(value) && value >= from && value <= 2_147_483_647) return value
    throw new InvalidOptions({ store: owner, field, rule: `must be a whole number from ${from}, but is ${value}` })
  }
  if (name === "") throw new InvalidOptions({ store: "job kind", field: "name", rule: "must not be empty" })
  const payload = "encode" in options.payload && "next" in options.payload ? options.payload : Payload.make(options.payload as Payload.PayloadSchema<A>)
  const retry = validate(owner, options.retry ?? standard)
  const timeout = options.timeout === undefined ? undefined : positiveDuration(owner, "timeout", options.timeout)
  const concurrency = options.concurrency === undefined ? undefined : whole("concurrency", options.concurrency, 1)
  const priority = whole("priority", options.priority ?? 0, -2_147_483_648)

  const encode = (value: A, { after, dedupeKey, priority: own }: EnqueueOptions = {}) =>
    payload.encode(value).pipe(
      Effect.mapError((error) => error.message),
      Effect.map((json) => JSON.stringify(json ?? null)),
      Effect.filterOrFail(
        (json) => !json.includes("\\u0000"),
        () => "Postgres stores no NUL character in JSON"
      ),
      Effect.mapError((reason) => new PayloadRejected({ kind: name, reason })),
      Effect.map(
        (json): EncodedJob => ({
          kind: name,
          payload: json,
          payloadVersion: payload.version,
          dedupeKey: (dedupeKey ?? options.dedupeKey?.(value)) || undefined,
          priority: own === undefined ? priority : whole("priority", own, -2_147_483_648),
          maxAttempts: Math.max(1, retry.attempts),
          at: after instanceof Date ? after.toISOString() : undefined,
          delayMillis:
            after === undefined || after instanceof Date ? 0 : Duration.toMillis(Duration.fromInputUnsafe(after))
        })
      )
    )
  const enqueueAll = (payloads: ReadonlyArray<A>, own?: EnqueueOptions) =>
    Effect.flatMap(
      Effect.forEach(payloads, (value) => encode(value, own)),
      (jobs) => JobQueue.use(({ enqueue }) => enqueue(jobs))
    )
  return {
    name,
    payload,
    retry,
    timeout,
    concurrency,
    encode,
    enqueue: (value, own) => Effect.map(enqueueAll([value], own), ([enqueued]) => enqueued!),
    enqueueAll,
    handle: (handler, ...[handling]) => ({
      kind: { name, version: payload.version, retry, timeout, concurrency },
      onError: handling?.onError as JobHandler<never>["onError"],
      run: (job) =>
        payload.decode(job.record.payload, job.record.payloadVersion).pipe(
          Effect.mapError((error) => new PayloadRejected({ kind: name, reason: error.message })),
          Effect.flatMap((value) => handler(value, job))
        )
    })
  }
}
