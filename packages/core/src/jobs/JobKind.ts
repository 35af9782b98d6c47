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
import { type Duration, Effect, Schema } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { PermanentError, type SortedError } from "../retry/HandlerError.ts"
import { type RetryPolicy, standard, validate } from "../retry/RetryPolicy.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import { positiveDuration } from "../options/checks.ts"
import type { OnErrorOf } from "../worker/WorkerOptions.ts"
import type { EncodedJob } from "./EncodedJob.ts"
import { encodeQuery, type EnqueueFromOptions } from "./EncodedQuery.ts"
import { jobEncoder, type EnqueueOptions, LOWEST_INT, wholeNumber } from "./encodeJob.ts"
import type { EnqueuedFrom } from "./enqueueQuery.ts"
import type { Selectable } from "./Selectable.ts"
import type { Query, QueryOf } from "../table/Query.ts"
import type { Job, JobHandler } from "./JobHandler.ts"
import { type Enqueued, JobQueue } from "./JobQueue.ts"
import * as Payload from "./Payload.ts"
import { PayloadRejected } from "./PayloadRejected.ts"

export type { EnqueueOptions } from "./encodeJob.ts"
export type { EnqueueFromOptions } from "./EncodedQuery.ts"
export type { EnqueuedFrom } from "./enqueueQuery.ts"
export type { Job } from "./JobHandler.ts"
export { PayloadRejected } from "./PayloadRejected.ts"

/** @category options */
export interface JobKindOptions<A, I = unknown> {
  /** What a job carries: a schema, or a `Payload` for one that changed over releases. */
  readonly payload: Payload.PayloadSchema<A, I> | Payload.Payload<A, I>
  /**
   * Jobs of the kind with equal keys fold into one while it waits, and run once more when it is running.
   * The empty string and undefined mean no key. Defaults to none.
   *
   * An enqueue with a key waits while an open transaction of somebody else has enqueued the same key.
   * Transactions that enqueue several keys of their own do it in one call, or in one order: else two may
   * deadlock, which Postgres ends by rejecting one of them (`StatementRejected`, retryable).
   */
  readonly dedupeKey?: ((payload: A) => string | undefined) | undefined
  /** `attempts` is written to each job when it is enqueued. Defaults to `RetryPolicy.standard`. */
  readonly retry?: RetryPolicy | undefined
  /** Limit on one run, after which it is interrupted and tried again. Defaults to none. */
  readonly timeout?: Duration.Input | undefined
  /** Lower goes first, over all kinds; jobs of one priority by time, then by id. Defaults to 0. */
  readonly priority?: number | undefined
  /**
   * Jobs of this kind that one worker runs at a time. Defaults to the worker's own limit.
   * A worker never claims more jobs at once than its kinds have free slots, so that a limit of 1 also makes
   * its claims small.
   */
  readonly concurrency?: number | undefined
}

/**
 * `I` is the payload's encoded form, and `Keyed` whether the kind has a key: both are for `enqueueFrom`, and what is left
 * out stands for any.
 *
 * @category models
 */
export interface JobKind<Name extends string, A, I = never, Keyed extends boolean = true> {
  readonly name: Name
  readonly payload: Payload.Payload<A>
  readonly retry: RetryPolicy
  readonly timeout: Duration.Duration | undefined
  readonly concurrency: number | undefined
  /**
   * Enqueues one job, in the ambient transaction if there is one.
   *
   * ```ts
   * yield* database.transaction(Effect.gen(function* () {
   *   yield* insertUser(user)
   *   yield* SendWelcome.enqueue({ userId: user.id }, { after: "1 hour" })
   * }))
   * ```
   */
  readonly enqueue: (
    payload: A,
    options?: EnqueueOptions
  ) => Effect.Effect<Enqueued, PayloadRejected | DatabaseError, JobQueue>
  /** Enqueues many jobs in one statement: all or none. Answers in their order. */
  readonly enqueueAll: (
    payloads: ReadonlyArray<A>,
    options?: EnqueueOptions
  ) => Effect.Effect<ReadonlyArray<Enqueued>, PayloadRejected | DatabaseError, JobQueue>
  /**
   * Enqueues a job for every row of a drizzle select, whose fields are the payload as its schema encodes it. One
   * statement, in the ambient transaction: the rows never leave the database.
   *
   * ```ts
   * SendWelcome.enqueueFrom(db.select({ userId: users.id }).from(users), { dedupeKey: ({ userId }) => userId })
   * ```
   *
   * No schema sees the payloads before a handler's does. A kind with a key needs it as SQL. An option or a query
   * that cannot work is a defect, with `InvalidOptions`.
   */
  readonly enqueueFrom: <Row extends Selectable<I>>(
    query: Query<Row> & QueryOf<Row, Selectable<I>>,
    ...options: Keyed extends true
      ? [options: EnqueueFromOptions<Row> & Required<Pick<EnqueueFromOptions<Row>, "dedupeKey">>]
      : [options?: EnqueueFromOptions<Row>]
  ) => Effect.Effect<EnqueuedFrom, DatabaseError, JobQueue>
  /** What `JobQueue.enqueue` takes, for enqueueing jobs of several kinds in one statement. */
  readonly encode: (payload: A, options?: EnqueueOptions) => Effect.Effect<EncodedJob, PayloadRejected>
  /**
   * A handler for a `JobRuntime`. It may run more than once for a job: when a worker dies, when its end could
   * not be written. Errors that do not sort themselves need an `onError`:
   *
   * ```ts
   * SendWelcome.handle(({ userId }) => mail(userId), { onError: ({ bounced }) => bounced ? Decision.fail : Decision.retry })
   * ```
   */
  readonly handle: {
    // two signatures and not one with a conditional rest: a handler that destructures its payload is inferred last
    <E extends SortedError, R>(handler: (payload: A, job: Job) => Effect.Effect<unknown, E, R>): JobHandler<R>
    <E, R>(handler: (payload: A, job: Job) => Effect.Effect<unknown, E, R>, options: OnErrorOf<E>): JobHandler<R>
  }
}

/**
 * @param name stable for ever: it is how jobs in the table find their handler
 * @throws `InvalidOptions` when an option cannot work
 *
 * @category constructors
 */
export const make: {
  <const Name extends string, A, I>(
    name: Name,
    options: JobKindOptions<A, I> & { readonly dedupeKey?: undefined }
  ): JobKind<Name, A, I, false>
  <const Name extends string, A, I>(name: Name, options: JobKindOptions<A, I>): JobKind<Name, A, I>
} = <Name extends string, A, I>(name: Name, options: JobKindOptions<A, I>): JobKind<Name, A, I, false> => {
  const owner = `job kind "${name}"`
  if (name === "") throw new InvalidOptions({ owner: "job kind", field: "name", rule: "must not be empty" })
  const payload = Schema.isSchema(options.payload) ? Payload.make(options.payload) : options.payload
  const retry = validate(owner, options.retry ?? standard)
  const timeout = options.timeout === undefined ? undefined : positiveDuration(owner, "timeout", options.timeout)
  const concurrency =
    options.concurrency === undefined ? undefined : wholeNumber(owner, "concurrency", options.concurrency, 1)
  const encoding = {
    name,
    payload,
    dedupeKey: options.dedupeKey,
    priority: wholeNumber(owner, "priority", options.priority ?? 0, LOWEST_INT),
    maxAttempts: Math.max(1, retry.attempts)
  }

  const encode = (value: A, own?: EnqueueOptions) => Effect.suspend(() => jobEncoder(encoding, own)(value))
  const enqueueAll = (payloads: ReadonlyArray<A>, own?: EnqueueOptions) =>
    Effect.flatMap(
      Effect.suspend(() => Effect.forEach(payloads, jobEncoder(encoding, own))),
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
    enqueueFrom: (query, ...[own]) =>
      Effect.suspend(() => {
        const encoded = encodeQuery(encoding, query, own)
        return JobQueue.use(({ enqueueFrom }) => enqueueFrom(encoded))
      }),
    handle: <E, R>(
      handler: (payload: A, job: Job) => Effect.Effect<unknown, E, R>,
      handling?: OnErrorOf<E>
    ): JobHandler<R> => ({
      kind: { name, version: payload.version, retry, timeout, concurrency },
      onError: handling?.onError,
      run: (job) =>
        payload.decode(job.record.payload, job.record.payloadVersion).pipe(
          Effect.mapError((error) => new PayloadRejected({ kind: name, reason: error.message })),
          // no `onError` of the handler's is asked about an error that is not the handler's
          Effect.mapError((cause) => new PermanentError({ reason: cause.message, cause })),
          Effect.flatMap((value) => handler(value, job))
        )
    })
  }
}
