/**
 * Records that a transaction has locked, to be handled and ended in it.
 */
import type { Effect } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Key } from "../table/Key.ts"
import type { WorkState } from "../table/WorkState.ts"
import type { Claim } from "./Claim.ts"
import type { End, Requeued } from "./End.ts"

/**
 * Nothing is written for a record before `finish`: until then the lock alone says whose it is, and for everybody
 * else it is as it was. If the transaction is rolled back, it always will have been.
 *
 * @category models
 */
export interface LockedBatch<Record, Id extends Key = number> {
  /** In order. */
  readonly claims: ReadonlyArray<Claim<Record, Id>>
  /** How many records were locked: claims, and records that cannot be decoded, which `finish` fails with the reason. */
  readonly size: number
  /**
   * Writes the ends of all claims, given in their order, in one statement. Answers with their new states.
   * `undone` tells which handlers' writes were rolled back to a savepoint, their log entries among them.
   */
  readonly finish: (
    ends: ReadonlyArray<{ readonly end: End | Requeued; readonly undone: boolean }>
  ) => Effect.Effect<ReadonlyArray<WorkState | undefined>, DatabaseError>
}
