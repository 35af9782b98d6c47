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
  readonly rollback: Effect.Effect<void>
}
