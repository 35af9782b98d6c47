/**
 * What a migration of rows does with one row.
 */
import type { SQL } from "drizzle-orm"
import type { AnyPgTable } from "drizzle-orm/pg-core"
import type { Effect } from "effect"

/**
 * New values for columns of a row. The engine writes those of a batch in one statement. `{}` where the handler has
 * written by itself.
 *
 * @category models
 */
export type Changes<Table extends AnyPgTable> = {
  readonly [Field in keyof Table["$inferInsert"]]?: Table["$inferInsert"][Field] | SQL | undefined
}

/**
 * Turns a row into the other form. It runs in the step's transaction: what it writes is undone when it fails.
 *
 * Its failure is the row's, unless the error says that it may pass (`retryable: true`, the database is away): then the
 * whole batch is undone, and made again later.
 *
 * @category models
 */
export type RowHandler<Table extends AnyPgTable, E, R> = (
  row: Table["$inferSelect"]
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- empty only for a table of which nothing is known
) => Effect.Effect<Changes<Table>, E, R>
