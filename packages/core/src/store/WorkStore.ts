/**
 * A work queue over a table: the contract of every operation, from the
 * enqueue of a record to its end.
 *
 * Operations join the ambient transaction, if there is one, except the
 * dequeues, which refuse it. Each is one statement unless its comment says
 * otherwise. docs/store-contract.md lists the invariants they keep.
 */
import type { Duration, Effect, Option, Scope } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Condition } from "../table/Condition.ts"
import type { ExecutionLogEntry } from "../table/ExecutionLogEntry.ts"
import type { WorkState } from "../table/WorkState.ts"
import type { RetryPolicy } from "../retry/RetryPolicy.ts"
import type { Claim } from "./Claim.ts"
import type { EndedAttempt } from "./End.ts"
import type { Fence } from "./Fence.ts"
import type { LockedBatch } from "./LockedBatch.ts"
import type { LockedClaim } from "./LockedClaim.ts"
import type { LowWaterMark } from "./LowWaterMark.ts"
import type { DequeueInTransaction, DequeueRace, ExecutionLogEntryNotUpdated, RecordNotFound } from "./StoreError.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import type { Key } from "../table/Key.ts"
import type { Known, Query } from "../table/Query.ts"

/** @category options */
export interface ConditionOptions<Source extends string> {
  /** All must hold. Defaults to none. A constant array is built into a statement once. */
  readonly conditions?: ReadonlyArray<Condition<Source>> | undefined
  /** Values of the placeholders in the conditions. */
  readonly values?: Readonly<Record<string, unknown>> | undefined
}

/** @category options */
export interface DequeueOptions<Source extends string> extends ConditionOptions<Source> {
  /** Written to the record: who has it. Defaults to the empty string. */
  readonly workerHostname?: string | undefined
}

/** @category options */
export interface BatchOptions<Source extends string> extends DequeueOptions<Source> {
  /**
   * For whoever takes batch after batch: remembers where the last one ended, and starts there most of the time. Defaults
   * to none: each dequeue finds all that is ready.
   */
  readonly lowWaterMark?: LowWaterMark | undefined
}

/** @category options */
export interface RequeueOptions {
  /** Not before this moment, or after this time from now. Defaults to now. */
  readonly after?: Date | Duration.Input | undefined
}

/** What a sweep for stalled records did: by id, how long ago the record was last heard of. */
export interface ResetResult<Id> {
  readonly reset: ReadonlyMap<Id, Duration.Duration>
  readonly failed: ReadonlyMap<Id, Duration.Duration>
  readonly canceled: ReadonlyMap<Id, Duration.Duration>
}

/**
 * @category models
 */
export interface WorkStore<Record, Id extends Key = number, Source extends string = string, Insert = never> {
  readonly name: string
  readonly retry: RetryPolicy
  readonly stalledMaxAge: Duration.Duration

  /** Inserts records and wakes a worker when they commit. Gives the ids, in order. */
  readonly enqueue: (records: Insert | ReadonlyArray<Insert>) => Effect.Effect<ReadonlyArray<Id>, DatabaseError>
  /**
   * Inserts what a drizzle select gives, whose fields are columns of the table, and wakes a worker when that commits.
   * One statement: the rows never leave the database. Gives how many.
   *
   * ```ts
   * store.enqueueFrom(db.select({ imageId: images.id }).from(images).where(isNull(images.thumbnail)))
   * ```
   *
   * Fails with `InvalidOptions` when the query leaves out a column whose default is computed in JavaScript.
   */
  readonly enqueueFrom: <Row extends Insert>(
    query: Query<Row> & Query<Known<Row, Insert>>
  ) => Effect.Effect<number, InvalidOptions | DatabaseError>
  /** Wakes workers when the transaction commits, for records that were inserted or made ready by other means. */
  readonly wake: Effect.Effect<void, DatabaseError>

  /** How many records are queued, or errored with attempts left, due or not; with `processingToo`, those being processed as well. */
  readonly queuedCount: (
    options?: ConditionOptions<Source> & { readonly processingToo?: boolean | undefined }
  ) => Effect.Effect<number, DatabaseError>
  /** How many records are in each of these states. Reads the whole table. Fails when no state is named. */
  readonly countByState: (
    states: ReadonlyArray<WorkState>
  ) => Effect.Effect<Readonly<Partial<{ [S in WorkState]: number }>>, InvalidOptions | DatabaseError>
  /** Whether any record is in one of these states. Stops at the first. Fails when no state is named. */
  readonly exists: (
    states: ReadonlyArray<WorkState>,
    options?: ConditionOptions<Source>
  ) => Effect.Effect<boolean, InvalidOptions | DatabaseError>
  /** How long ago the oldest dequeueable record became dequeueable; zero when there is none. */
  readonly maxDurationInQueue: Effect.Effect<Duration.Duration, DatabaseError>

  /** Takes the first eligible record, as a lease: it is ours until its heartbeats stop. */
  readonly dequeue: (
    options?: DequeueOptions<Source>
  ) => Effect.Effect<Option.Option<Claim<Record, Id>>, DequeueInTransaction | DatabaseError>
  /** Takes up to `limit` eligible records, in order. */
  readonly dequeueBatch: (
    limit: number,
    options?: BatchOptions<Source>
  ) => Effect.Effect<ReadonlyArray<Claim<Record, Id>>, DequeueInTransaction | DatabaseError>
  /**
   * Takes the first eligible record by a row lock: it is ours until the
   * transaction ends. Marks it `processing` first, in a commit of its own, so
   * that all can see it. The transaction is rolled back when the scope closes,
   * unless it was committed before.
   */
  readonly dequeueLocked: (
    options?: DequeueOptions<Source>
  ) => Effect.Effect<
    Option.Option<LockedClaim<Record, Id>>,
    DequeueInTransaction | DequeueRace | RecordNotFound | DatabaseError,
    Scope.Scope
  >
  /**
   * Locks a record that was dequeued: `dequeueLocked`'s second step. None when the attempt is not the current one any
   * more, or somebody has the row. Gives the record back when no transaction can be opened.
   */
  readonly lockClaim: (
    claim: Claim<unknown, Id>
  ) => Effect.Effect<Option.Option<LockedClaim<Record, Id>>, RecordNotFound | DatabaseError, Scope.Scope>
  /**
   * Locks up to `limit` eligible records in order, for the rest of the ambient transaction, and writes nothing. Fails
   * with a defect outside of a transaction.
   */
  readonly lockBatch: (
    limit: number,
    options?: DequeueOptions<Source>
  ) => Effect.Effect<LockedBatch<Record, Id>, DatabaseError>
  /**
   * `dequeueLocked` with a scope of its own: the transaction outlives the code
   * that dequeued, and its interruption. Whoever holds the claim must end it with
   * `commit` or `rollback`.
   */
  readonly dequeueIndependent: (
    options?: DequeueOptions<Source>
  ) => Effect.Effect<
    Option.Option<LockedClaim<Record, Id>>,
    DequeueInTransaction | DequeueRace | RecordNotFound | DatabaseError
  >

  /**
   * Given a fence: gives up the current attempt, counting no failure. Given an
   * id: queues a record that nobody processes afresh, its failures and resets
   * forgotten; a completed one only with `completedToo`. Answers whether it did.
   */
  readonly requeue: {
    (fence: Fence<Id>, options?: RequeueOptions): Effect.Effect<boolean, DatabaseError>
    (
      id: Id,
      options?: RequeueOptions & { readonly completedToo?: boolean | undefined }
    ): Effect.Effect<boolean, DatabaseError>
  }

  /** Adds an entry to the current attempt's log; gives its number, from 1. */
  readonly addExecutionLogEntry: (
    fence: Fence<Id>,
    entry: ExecutionLogEntry
  ) => Effect.Effect<number, ExecutionLogEntryNotUpdated | DatabaseError>
  /** Replaces entry `number` of the current attempt's log. */
  readonly updateExecutionLogEntry: (
    fence: Fence<Id>,
    number: number,
    entry: ExecutionLogEntry
  ) => Effect.Effect<void, ExecutionLogEntryNotUpdated | DatabaseError>

  /** Renews leases. `held` are still ours; of those, `canceled` were asked to stop. No fences, no statement. */
  readonly heartbeat: (
    fences: ReadonlyArray<Fence<Id>>
  ) => Effect.Effect<{ readonly held: ReadonlyArray<Id>; readonly canceled: ReadonlyArray<Id> }, DatabaseError>

  /** The marks answer with the record's new state, or undefined when the attempt was no longer the current one. */
  readonly markComplete: (fence: Fence<Id>) => Effect.Effect<WorkState | undefined, DatabaseError>
  /** `after` is the rest before the next attempt. Defaults to what the retry policy says after the first failure. */
  readonly markErrored: (
    fence: Fence<Id>,
    message: string,
    options?: { readonly after?: Duration.Input | undefined }
  ) => Effect.Effect<WorkState | undefined, DatabaseError>
  readonly markFailed: (fence: Fence<Id>, message: string) => Effect.Effect<WorkState | undefined, DatabaseError>

  /**
   * Writes the ends of many attempts of one worker in one statement. Answers in their order as the marks do, and never
   * waits: undefined too for a record that somebody has locked. Mark those one by one, which waits.
   */
  readonly markMany: (
    ended: ReadonlyArray<EndedAttempt<Id>>
  ) => Effect.Effect<ReadonlyArray<WorkState | undefined>, DatabaseError>
  /**
   * Gives up attempts of one worker that no handler has begun: each record goes back to where it stood in the order.
   * Answers for each whether it did; never waits, so not for a record that somebody has locked.
   */
  readonly release: (fences: ReadonlyArray<Fence<Id>>) => Effect.Effect<ReadonlyArray<boolean>, DatabaseError>

  /** Waiting records are canceled at once, running ones asked to stop, and their workers told; finished ones are left alone. */
  readonly cancel: (
    ids: ReadonlyArray<Id>
  ) => Effect.Effect<{ readonly canceled: ReadonlyArray<Id>; readonly requested: ReadonlyArray<Id> }, DatabaseError>

  /** Takes back what dead workers hold. */
  readonly resetStalled: Effect.Effect<ResetResult<Id>, DatabaseError>
  /** Deletes up to `limit` records that finished in one of `states` longer ago than `keep`. Gives how many. */
  readonly deleteFinished: (options: {
    readonly states: ReadonlyArray<WorkState>
    readonly keep: Duration.Input
    readonly limit: number
  }) => Effect.Effect<number, InvalidOptions | DatabaseError>

  /** Runs an effect in a transaction that every operation in it joins. */
  readonly transact: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DatabaseError, R>
}

/** A store of whatever records. */
// oxlint-disable-next-line typescript/no-explicit-any -- stands for every store, whatever its types
export type AnyWorkStore = WorkStore<any, any, any>
