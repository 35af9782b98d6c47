/**
 * Arrays of a column's values, as parameters.
 *
 * Written out here, for the driver guesses an array's type by its first element
 * and is wrong about bigints, times and enums.
 */
import { type AnyPgColumn, makePgArray } from "drizzle-orm/pg-core"

/** An encoder for `sql.param`, of an array or of a placeholder for one. */
export const arrayOf = (column: AnyPgColumn) => ({
  mapToDriverValue: (values: unknown): string =>
    makePgArray((values as ReadonlyArray<unknown>).map((value) => column.mapToDriverValue(value)))
})
