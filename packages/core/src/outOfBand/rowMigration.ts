/**
 * The common case: the rows of a table, a batch a step, each changed by itself.
 *
 * A row that fails is written down and passed by. It never stands in the way of the others: those come first, in the
 * order of their keys, and the failed ones again after a rest, longest waiting first.
 */
import { not, type SQL, sql } from "drizzle-orm"
import type { AnyPgColumn, AnyPgTable } from "drizzle-orm/pg-core"
import { Duration, Effect } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { positiveDuration, positiveWhole } from "../options/checks.ts"
import type { DownNotAllowed } from "./OutOfBandError.ts"
import { describe, type Description, type OutOfBandMigration } from "./OutOfBandMigration.ts"
import { makeBatch } from "./rowBatch.ts"
import type { RowHandler } from "./RowHandler.ts"
import { count } from "./rowStatements.ts"

/** @category options */
export interface RowMigrationOptions<Table extends AnyPgTable, E, R, E2 = never, R2 = never> extends Description {
  readonly table: Table
  /** A unique column of the table, whose values do not change. */
  readonly key: AnyPgColumn
  /** The rows that the migration is about. Defaults to all. */
  readonly domain?: SQL | undefined
  /**
   * Rows in the old form, as an index has it: `create index … on table (key) where <unmigrated>`. Without that index
   * every step reads the table.
   */
  readonly unmigrated: SQL
  /** Rows in the new form. Defaults to `not (unmigrated)`, which an index for the way down must repeat. */
  readonly migrated?: SQL | undefined
  /** Rows a step. Defaults to 100. */
  readonly batchSize?: number | undefined
  /**
   * Handlers at once, for those that wait for other systems. Defaults to 1. With more they may ask the database nothing,
   * since all share the step's connection: one that does has failed.
   */
  readonly concurrency?: number | undefined
  /** How long a row that failed rests before it is tried again. Defaults to 5 minutes. */
  readonly retryFailedAfter?: Duration.Input | undefined
  readonly up: RowHandler<Table, E, R>
  /** The way back; or an effect that fails, such as `downNotAllowed`. */
  readonly down: RowHandler<Table, E2, R2> | Effect.Effect<never, DownNotAllowed>
}

/**
 * A migration of rows. Progress is the part of the rows that is no longer unmigrated.
 *
 * Throws `InvalidOptions` or `InvalidVersion`.
 *
 * @category constructors
 */
export const ofRows = <Table extends AnyPgTable, E, R, E2 = never, R2 = never>(
  options: RowMigrationOptions<Table, E, R, E2, R2>
): OutOfBandMigration<E | E2 | DatabaseError | DownNotAllowed, R | R2 | Database> => {
  const { domain, down, id, key, table, unmigrated, up } = options
  const owner = `out-of-band migration ${id}`
  const retryAfter = positiveDuration(owner, "retryFailedAfter", options.retryFailedAfter ?? "5 minutes")
  const limit = positiveWhole(owner, "batchSize", options.batchSize ?? 100)
  const concurrency = positiveWhole(owner, "concurrency", options.concurrency ?? 1)
  const within = (condition: SQL): SQL => (domain === undefined ? condition : sql`(${domain}) and (${condition})`)
  const batch = <E3, R3>(pending: SQL, reverse: boolean, handle: RowHandler<Table, E3, R3>) =>
    makeBatch({
      rows: { of: { id, reverse }, table, key, pending: within(pending), limit },
      retryAfter,
      concurrency,
      handle
    })

  const progress = Effect.gen(function* () {
    const { run } = yield* Database
    const [left] = yield* run((db) => count(db, table, within(unmigrated)))
    if ((left?.count ?? 0) === 0) return 1
    const [all] = yield* run((db) => count(db, table, domain))
    // rows may have come or gone between the two counts
    const total = Math.max(all?.count ?? 0, left?.count ?? 0)
    return (total - (left?.count ?? 0)) / total
  })
  return {
    ...describe(options),
    progress,
    up: batch(unmigrated, false, up),
    down: Effect.isEffect(down) ? down : batch(options.migrated ?? not(unmigrated), true, down)
  }
}
