/**
 * Deletes specs that nobody applied in time, and those that another took the place of.
 *
 * In this order, so that a batch spec goes in the same run as the last of its changeset specs:
 *
 * 1. changeset specs that were never attached to a batch spec, after 2 days;
 * 2. changeset specs of batch specs that are no batch change's, where no changeset has them, neither as the one that it
 *    is to be brought to nor as the one that it was brought to last: after 7 days, and after 30 where Drover ran the steps itself;
 * 3. batch specs that are no batch change's and have no changeset specs left, after 7 days.
 *
 * A failure ends the run; the next one begins again.
 */
import { Database, DatabaseClock, type DatabaseError, type Drizzle } from "@drover/core"
import { type Duration, Effect } from "effect"
import { ago } from "../ago.ts"
import {
  type Cutoffs,
  deleteBatchSpecs,
  deleteChangesetSpecs,
  holdBatchSpecs,
  holdUnapplied,
  holdUnattached,
  holdUnwanted
} from "./expired.ts"
import { type Batches, inBatches } from "./inBatches.ts"

/** @category options */
export interface ExpireSpecs extends Batches {
  /** How long a changeset spec may be attached to no batch spec. Defaults to 2 days. */
  readonly changesetSpecTtl?: Duration.Input | undefined
  /** How long a batch spec, with its changeset specs, may be no batch change's. Defaults to 7 days. */
  readonly batchSpecTtl?: Duration.Input | undefined
  /** The same for changeset specs that Drover made by running steps. Never less than `batchSpecTtl`. Defaults to 30 days. */
  readonly createdFromRawTtl?: Duration.Input | undefined
}

/** How many are gone. @category models */
export interface ExpiredSpecs {
  readonly changesetSpecs: number
  readonly batchSpecs: number
}

/** Batch specs whose changeset specs are deleted in one transaction. */
const atATime = 100

/** Any number of workers may do it at once: what one holds, another passes by. @category operations */
export const expireSpecs = Effect.fn("BatchChanges.expireSpecs")(function* ({
  batchSpecTtl = "7 days",
  changesetSpecTtl = "2 days",
  createdFromRawTtl = "30 days",
  ...batches
}: ExpireSpecs = {}): Effect.fn.Return<ExpiredSpecs, DatabaseError, Database> {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const cutoffs: Cutoffs = {
    unattached: ago(clock, changesetSpecTtl),
    batchSpec: ago(clock, batchSpecTtl),
    createdFromRaw: ago(clock, createdFromRawTtl)
  }
  const idsOf = (query: (db: Drizzle) => PromiseLike<ReadonlyArray<{ readonly id: number }>>) =>
    Effect.map(run(query), (rows) => rows.map(({ id }) => id))
  const each = (step: (size: number) => Effect.Effect<ReadonlyArray<number>, DatabaseError>) =>
    inBatches(batches, (size) => Effect.map(transaction(step(size)), (gone) => gone.length))

  const unattached = yield* each((size) =>
    Effect.gen(function* () {
      const held = yield* idsOf((db) => holdUnattached(db, cutoffs, size))
      return held.length === 0 ? [] : yield* idsOf((db) => deleteChangesetSpecs(db, held))
    })
  )
  const unwanted = yield* each((size) =>
    Effect.gen(function* () {
      const specs = yield* idsOf((db) => holdUnapplied(db, cutoffs, atATime))
      if (specs.length === 0) return []
      const held = yield* idsOf((db) => holdUnwanted(db, cutoffs, specs, size))
      return held.length === 0 ? [] : yield* idsOf((db) => deleteChangesetSpecs(db, held))
    })
  )
  const batchSpecs = yield* each((size) =>
    Effect.gen(function* () {
      const held = yield* idsOf((db) => holdBatchSpecs(db, cutoffs, size))
      return held.length === 0 ? [] : yield* idsOf((db) => deleteBatchSpecs(db, held))
    })
  )
  return { changesetSpecs: unattached + unwanted, batchSpecs }
})
