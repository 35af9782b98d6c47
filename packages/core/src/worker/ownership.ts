/**
 * The two ways to own a record, seen from the worker: where its handler runs,
 * and how its end is written.
 */
import { Effect, Option } from "effect"
import type { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Claim } from "../store/Claim.ts"
import type { DequeueInTransaction, DequeueRace, RecordNotFound } from "../store/StoreError.ts"
import type { DequeueOptions, WorkStore } from "../store/WorkStore.ts"
import type { WorkState } from "../table/WorkState.ts"
import type { Key } from "../table/Key.ts"

/** What the store is told of an ended attempt. */
export type Mark = Effect.Effect<WorkState | undefined, DatabaseError>

/** A claim, and how to work on it. */
export interface Owned<Record, Id extends Key> {
  readonly claim: Claim<Record, Id>
  /** Whether heartbeats keep it. */
  readonly leased: boolean
  /** Runs the handler where its writes belong. */
  readonly within: <A, E, R>(handler: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DatabaseError, R>
  /** Writes the end of the attempt, and ends the ownership. */
  readonly settle: (mark: Mark) => Mark
}

export type DequeueError = DequeueInTransaction | DequeueRace | RecordNotFound | DatabaseError

/** Takes up to `limit` records. */
export type Take<Record, Id extends Key, Source extends string> = (
  limit: number,
  options: DequeueOptions<Source>
) => Effect.Effect<ReadonlyArray<Owned<Record, Id>>, DequeueError>

export const byLease =
  <Record, Id extends Key, Source extends string>(store: WorkStore<Record, Id, Source>): Take<Record, Id, Source> =>
  (limit, options) =>
    Effect.map(store.dequeueBatch(limit, options), (claims) =>
      claims.map((claim) => ({ claim, leased: true, within: (handler) => handler, settle: (mark) => mark }))
    )

/**
 * The handler runs in a savepoint of the transaction that holds the row: what a
 * failed one wrote is undone, and its error recorded in the same commit.
 */
export const byTransaction =
  <Record, Id extends Key, Source extends string>(
    store: WorkStore<Record, Id, Source>,
    database: Database["Service"]
  ): Take<Record, Id, Source> =>
  (_limit, options) =>
    Effect.map(
      store.dequeueIndependent(options),
      Option.match({
        onNone: () => [],
        onSome: (held) => [
          {
            claim: held.claim,
            leased: false,
            within: (handler) => held.use(database.transaction(handler)),
            settle: (mark) =>
              held.use(mark).pipe(
                Effect.tap(() => held.commit),
                Effect.onError(() => held.rollback)
              )
          }
        ]
      })
    )
