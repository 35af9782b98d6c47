/**
 * What dequeue returns: a record, and the proof that this attempt at it is ours.
 */
import { Effect, Exit } from "effect"
import type { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { ExecutionLogEntry } from "../table/ExecutionLogEntry.ts"
import type { Fence } from "./Fence.ts"
import { type ExecutionLogEntryNotUpdated, LeaseLost } from "./StoreError.ts"
import type { Key } from "../table/Key.ts"

/** The operations of a store that a claim offers its handler. */
export interface ClaimStore<Id> {
  readonly name: string
  readonly database: Database["Service"]
  readonly markComplete: (fence: Fence<Id>) => Effect.Effect<unknown, DatabaseError>
  readonly addExecutionLogEntry: (
    fence: Fence<Id>,
    entry: ExecutionLogEntry
  ) => Effect.Effect<number, ExecutionLogEntryNotUpdated | DatabaseError>
  readonly updateExecutionLogEntry: (
    fence: Fence<Id>,
    number: number,
    entry: ExecutionLogEntry
  ) => Effect.Effect<void, ExecutionLogEntryNotUpdated | DatabaseError>
}

/** What a row says of itself, besides its record. */
export interface ClaimData<Record, Id> {
  readonly record: Record
  readonly id: Id
  readonly attempt: number
  readonly workerHostname: string
  readonly numFailures: number
  readonly numResets: number
  /** The record's own number of attempts, where its table has one. */
  readonly maxAttempts: number | undefined
}

const dataOf = <Record, Id>(
  { attempt, id, maxAttempts, numFailures, numResets, workerHostname }: ClaimData<unknown, Id>,
  record: Record
): ClaimData<Record, Id> => ({ record, id, attempt, workerHostname, numFailures, numResets, maxAttempts })

/**
 * @category models
 */
export class Claim<Record, Id extends Key = number> implements Fence<Id> {
  readonly record: Record
  readonly id: Id
  /** Counts every dequeue of the record, from 1. */
  readonly attempt: number
  readonly workerHostname: string
  /** Failures before this attempt. */
  readonly numFailures: number
  /** How often it was taken back from dead workers before this attempt. */
  readonly numResets: number
  readonly maxAttempts: number | undefined
  readonly #store: ClaimStore<Id>
  #settled = false

  constructor(data: ClaimData<Record, Id>, store: ClaimStore<Id>) {
    this.record = data.record
    this.id = data.id
    this.attempt = data.attempt
    this.workerHostname = data.workerHostname
    this.numFailures = data.numFailures
    this.numResets = data.numResets
    this.maxAttempts = data.maxAttempts
    this.#store = store
  }

  /** Whether `completeIn` has committed the completion already. */
  get settled(): boolean {
    return this.#settled
  }

  /** The same proof of ownership with something else in the record's place. */
  withRecord<Other>(record: Other): Claim<Other, Id> {
    return new Claim(dataOf(this, record), this.#store)
  }

  /**
   * Runs `effect` and completes the record in one transaction: both happen, or
   * neither. Fails with `LeaseLost`, and writes nothing, when the attempt is no
   * longer ours.
   */
  completeIn<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | LeaseLost | DatabaseError, R> {
    const { database, markComplete, name } = this.#store
    const both = Effect.tap(effect, () =>
      Effect.flatMap(markComplete(this), (state) =>
        state === undefined
          ? Effect.fail(new LeaseLost({ store: name, id: this.id, attempt: this.attempt }))
          : Effect.void
      )
    )
    return Effect.flatMap(database.inTransaction, (nested) =>
      Effect.onExit(database.transaction(both), (exit) =>
        Effect.sync(() => {
          // inside another transaction it is only known later whether the completion stands
          if (Exit.isSuccess(exit) && !nested) this.#settled = true
        })
      )
    )
  }

  /** Adds an entry to the log of this attempt; gives its number, from 1. */
  addLogEntry(entry: ExecutionLogEntry): Effect.Effect<number, ExecutionLogEntryNotUpdated | DatabaseError> {
    return this.#store.addExecutionLogEntry(this, entry)
  }

  /** Replaces an entry of the log of this attempt. */
  updateLogEntry(
    number: number,
    entry: ExecutionLogEntry
  ): Effect.Effect<void, ExecutionLogEntryNotUpdated | DatabaseError> {
    return this.#store.updateExecutionLogEntry(this, number, entry)
  }
}
