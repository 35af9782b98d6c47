/**
 * The order in which records are dequeued. Like `Condition`, it remembers whose columns it names.
 */
import * as drizzle from "drizzle-orm"
import type { SQL } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"

declare const Of: unique symbol

/**
 * One term of an order over the table or view named `Source`.
 *
 * @category models
 */
export type Order<Source extends string> = SQL & { readonly [Of]: (source: Source) => void }

const ascending = new WeakMap<SQL, AnyPgColumn>()

export const asc = <C extends AnyPgColumn>(column: C): Order<C["_"]["tableName"]> => {
  const term = drizzle.asc(column) as Order<C["_"]["tableName"]>
  ascending.set(term, column)
  return term
}

/** The column of a term that `asc` made. @internal */
export const ascendingColumn = (term: SQL): AnyPgColumn | undefined => ascending.get(term)

export const desc = <C extends AnyPgColumn>(column: C): Order<C["_"]["tableName"]> =>
  drizzle.desc(column) as Order<C["_"]["tableName"]>

/** Any SQL, for example `nulls first`, on your word that it speaks of the columns of `source`. */
export const raw = <S extends string>(_source: { readonly _: { readonly name: S } }, term: SQL): Order<S> =>
  term as Order<S>
