/**
 * What a worker does with the records of a store. Durations are Effect's
 * duration inputs: `"5 seconds"`, or milliseconds as a number.
 */
import type { Duration, Effect } from "effect"
import type { Decision } from "../retry/Decision.ts"
import type { SortedError } from "../retry/HandlerError.ts"
import type { Claim } from "../store/Claim.ts"
import type { ConditionOptions, WorkStore } from "../store/WorkStore.ts"
import type { RetentionOptions } from "./Retention.ts"
import type { Key } from "../table/Key.ts"

/**
 * What may be dequeued next: a budget.
 *
 * @category models
 */
export interface PreDequeue<Source extends string> extends ConditionOptions<Source> {
  /** False: dequeue nothing now, and ask again after the interval. */
  readonly go: boolean
  /** How many records at most. Defaults to 1, so that `preHandle` has counted each before the next is chosen. */
  readonly limit?: number | undefined
}

/**
 * Called in this order for each record: preDequeue, preHandle, handle, (mark), postHandle.
 *
 * @category options
 */
export interface WorkerHooks<Record, Id extends Key, Source extends string, R> {
  /** Before every dequeue. A failure is logged, and asked again after the interval. */
  readonly preDequeue?: Effect.Effect<PreDequeue<Source>, unknown, R> | undefined
  /** After the dequeue and before the next: what it reserves, the next `preDequeue` sees. */
  readonly preHandle?: ((claim: Claim<Record, Id>) => Effect.Effect<void, never, R>) | undefined
  /** After the record was marked, whatever became of it. Always paired with `preHandle`. */
  readonly postHandle?: ((claim: Claim<Record, Id>) => Effect.Effect<void, never, R>) | undefined
}

/**
 * The word on a handler's own errors. Those that sort themselves (`RetryableError`, `PermanentError`, `Snooze`, or
 * any error with a `retryable` flag) need none; a handler with any other error does not compile without it.
 *
 * @category options
 */
export interface OnErrorOf<E> {
  readonly onError: (error: Exclude<E, SortedError>) => Decision
}

/** @category options */
export interface WorkOptions<Record, Id extends Key, Source extends string, E, R> extends WorkerSettings {
  readonly store: WorkStore<Record, Id, Source>
  /** Does the work. Interrupted when the lease is lost, the record is canceled, or its time is up. */
  readonly handle: (claim: Claim<Record, Id>) => Effect.Effect<unknown, E, R>
  readonly hooks?: WorkerHooks<Record, Id, Source, R> | undefined
}

/** @category options */
export interface WorkerSettings {
  /** In logs, metrics and spans. Defaults to the store's name. */
  readonly name?: string | undefined
  /** Written to the records it holds. Defaults to the host's name and the process id. */
  readonly workerHostname?: string | undefined
  /**
   * How a record is owned. `lease`: by heartbeats, for work of any length. `transaction`: by a row lock in a
   * transaction that the handler runs in, for short database work. Defaults to `lease`.
   */
  readonly ownership?: "lease" | "transaction" | undefined
  /** Handlers that run at a time. Defaults to 10. */
  readonly concurrency?: number | undefined
  /**
   * Records handled in one transaction, one after another, with one commit for all: for small database work in great
   * numbers. Needs `ownership: "transaction"`, and then `concurrency` is how many transactions run at a time. A record
   * is not shown as processing, and when the commit fails all of them are as they were. Defaults to 1.
   */
  readonly batchSize?: number | undefined
  /**
   * Records that may be taken beyond those that can begin at once. How many of them are is learnt: for small jobs so
   * many that no slot waits for the database, for long ones none. 0 turns it off. Defaults to 1,000.
   */
  readonly prefetch?: number | undefined
  /**
   * How long a record that was taken may wait for a slot before it is given back, so that an idle worker can have it.
   * No failure is counted. Defaults to 250 milliseconds, and to less than a quarter of `stalledMaxAge`.
   */
  readonly prefetchWait?: Duration.Input | undefined
  /**
   * Wait after an empty or failed dequeue, unless woken before; no more than about a second as long as the worker has
   * not looked from the start of the order since it took something. Defaults to 1 second.
   */
  readonly interval?: Duration.Input | undefined
  /** `notify`: an enqueue wakes the worker. `poll`: only the interval does, for poolers that cannot LISTEN. Defaults to `notify`. */
  readonly wakeUp?: "notify" | "poll" | undefined
  /** Between heartbeats. Must be less than half the store's `stalledMaxAge`. Defaults to a quarter of it. */
  readonly heartbeatInterval?: Duration.Input | undefined
  /** Limit on one handler. A record that exceeds it is errored, and tried again. Defaults to none. */
  readonly maximumRuntimePerJob?: Duration.Input | undefined
  /** Ends the worker after this many dequeued records. Defaults to no end. */
  readonly numTotalJobs?: number | undefined
  /** Ends the worker after this time. Defaults to no end. */
  readonly maxActiveTime?: Duration.Input | undefined
  /**
   * How long a stop waits for running handlers before it interrupts them and gives their records back.
   * Defaults to 30 seconds.
   */
  readonly drainTimeout?: Duration.Input | undefined
  /** Between sweeps for stalled records; `false` where another process does it. Defaults to a third of `stalledMaxAge`. */
  readonly resetInterval?: Duration.Input | false | undefined
  /** Deletes finished records after a time. Defaults to keeping them. */
  readonly retention?: RetentionOptions | undefined
}
