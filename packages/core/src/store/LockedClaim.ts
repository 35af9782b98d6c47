/**
 * A claim whose proof of ownership is a row lock in an open transaction.
 */
import type { Effect } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Claim } from "./Claim.ts"
import type { Key } from "../table/Key.ts"

/**
 * @category models
 */
export interface LockedClaim<Record, Id extends Key = number> {
  readonly claim: Claim<Record, Id>
  /** Runs an effect inside the transaction that holds the lock. */
  readonly use: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Ends the transaction and the lock. Mark the record first, with `use`; an unmarked one is found by the resetter. */
  readonly commit: Effect.Effect<void, DatabaseError>
  /** Runs an effect that sends one statement, such as the record's mark, and commits right behind it: one round trip. */
  readonly commitAfter: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DatabaseError, R>
  readonly rollback: Effect.Effect<void>
}
