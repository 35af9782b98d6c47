/**
 * Conditions of a dequeue or a count: drizzle's operators, with the table they
 * speak of kept in the type, so that a condition on another table's column
 * does not compile.
 *
 * ```ts
 * store.dequeue({ conditions: [Condition.lt(thumbnails.pixels, 1_000_000)] })
 * ```
 */
import * as drizzle from "drizzle-orm"
import { type GetColumnData, is, type Placeholder, type SQL } from "drizzle-orm"
import type { AnyPgColumn, PgColumn } from "drizzle-orm/pg-core"
import { arrayOf } from "./arrayOf.ts"

declare const Of: unique symbol

/**
 * A condition on the columns of the table or view named `Source`.
 *
 * @category models
 */
export type Condition<Source extends string> = SQL & { readonly [Of]: (source: Source) => void }

type SourceOf<C extends PgColumn> = C["_"]["tableName"]
type Value<C extends PgColumn> = GetColumnData<C, "raw"> | Placeholder

/** A placeholder's value is encoded as the column's own values are. */
const bound = <C extends AnyPgColumn>(column: C, value: Value<C>): Value<C> =>
  (is(value, drizzle.Placeholder) ? drizzle.sql.param(value, column) : value) as Value<C>

const branded = <Source extends string>(condition: SQL | undefined): Condition<Source> =>
  (condition ?? drizzle.sql`true`) as Condition<Source>

export const eq = <C extends AnyPgColumn>(column: C, value: Value<C>): Condition<SourceOf<C>> =>
  branded(drizzle.eq<C>(column, bound(column, value)))

export const ne = <C extends AnyPgColumn>(column: C, value: Value<C>): Condition<SourceOf<C>> =>
  branded(drizzle.ne<C>(column, bound(column, value)))

export const lt = <C extends AnyPgColumn>(column: C, value: Value<C>): Condition<SourceOf<C>> =>
  branded(drizzle.lt<C>(column, bound(column, value)))

export const lte = <C extends AnyPgColumn>(column: C, value: Value<C>): Condition<SourceOf<C>> =>
  branded(drizzle.lte<C>(column, bound(column, value)))

export const gt = <C extends AnyPgColumn>(column: C, value: Value<C>): Condition<SourceOf<C>> =>
  branded(drizzle.gt<C>(column, bound(column, value)))

export const gte = <C extends AnyPgColumn>(column: C, value: Value<C>): Condition<SourceOf<C>> =>
  branded(drizzle.gte<C>(column, bound(column, value)))

/** One array parameter, whatever its length: the statement stays the same and stays prepared. */
export const inArray = <C extends AnyPgColumn>(
  column: C,
  values: ReadonlyArray<GetColumnData<C, "raw">> | Placeholder
): Condition<SourceOf<C>> => branded(drizzle.sql`${column} = any(${drizzle.sql.param(values, arrayOf(column))})`)

export const isNull = <C extends AnyPgColumn>(column: C): Condition<SourceOf<C>> => branded(drizzle.isNull(column))

export const isNotNull = <C extends AnyPgColumn>(column: C): Condition<SourceOf<C>> =>
  branded(drizzle.isNotNull(column))

export const and = <S extends string>(...conditions: ReadonlyArray<Condition<S>>): Condition<S> =>
  branded(drizzle.and(...conditions))

/** No condition at all is false, as a sum of nothing is zero. */
export const or = <S extends string>(...conditions: ReadonlyArray<Condition<S>>): Condition<S> =>
  branded(conditions.length === 0 ? drizzle.sql`false` : drizzle.or(...conditions))

export const not = <S extends string>(condition: Condition<S>): Condition<S> => branded(drizzle.not(condition))

/** Any SQL, on your word that it speaks of the columns of `source`. */
export const raw = <S extends string>(_source: { readonly _: { readonly name: S } }, condition: SQL): Condition<S> =>
  branded(condition)
