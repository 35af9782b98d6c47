/**
 * What a store is made of, and what is checked before it is made.
 */
import { Duration } from "effect"
import { getTableColumns, getViewSelectedFields, is, type SQL, type Table, View } from "drizzle-orm"
import type { AnyPgColumn, PgTable, PgView } from "drizzle-orm/pg-core"
import type { Order } from "../table/Order.ts"
import type { ColumnsOption, ViewFields } from "../table/WorkTable.ts"
import type { RetryPolicy } from "../retry/RetryPolicy.ts"
import { positiveDuration } from "../options/checks.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import type { Key } from "../table/Key.ts"

/** The name of a table or view, as a type. */
export type NameOf<S> = S extends { readonly _: { readonly name: infer N extends string } } ? N : string

/** What a field decodes to. */
type FieldData<F> = F extends { readonly _: { readonly data: infer D; readonly notNull: infer N } }
  ? N extends true
    ? D
    : D | null
  : F extends SQL.Aliased<infer D>
    ? D
    : F extends SQL<infer D>
      ? D
      : never

/** A record made of chosen fields. */
export type Selected<Fields> = { readonly [K in keyof Fields]: FieldData<Fields[K]> }

/** The whole row of a table or view. */
export type RowOf<S> = S extends { readonly $inferSelect: infer Row } ? Row : never

/** What records are read from: the view, where there is one. */
export type SourceOf<T, V> = [V] extends [never] ? T : V

/** The chosen fields, or the whole row where none were chosen. */
export type RecordOf<S, Fields> = string extends keyof Fields ? RowOf<S> : Selected<Fields>

/** The type of the key: of the column that is mapped to it, or of the one that is named so. */
export type IdOf<T, IdColumn extends AnyPgColumn> = [IdColumn] extends [never]
  ? T extends { readonly $inferSelect: { readonly id: infer Id extends Key } }
    ? Id
    : Key
  : Extract<IdColumn["_"]["data"], Key>

/**
 * @category options
 */
export interface CommonStoreOptions<Source extends string, Fields> {
  /** Names the store in logs, metrics and wake-ups. */
  readonly name: string
  /**
   * The fields of a record, by name. Defaults to every column of the view or table.
   * A view's expressions over work columns show their values before the dequeue.
   */
  readonly record?: Fields | undefined
  /**
   * The order of dequeueing. Needs a partial index equal to it where state is
   * queued or errored. Defaults to `process_after`, then `id`: first due, first served.
   */
  readonly orderBy?: ReadonlyArray<Order<Source>> | undefined
  /** How long after its last heartbeat a record counts as stalled. Defaults to 30 seconds; to the millisecond. */
  readonly stalledMaxAge?: Duration.Input | undefined
  /** How often a record may be taken back from dead workers before it is `failed`. Defaults to 5. */
  readonly maxNumResets?: number | undefined
  /** The failure message of a record that was taken back too often. */
  readonly resetFailureMessage?: string | undefined
  /**
   * What becomes of a completed record: `keep` it, for people and for `Retention`, or `delete` it in the statement that
   * completes it. Records that failed or were canceled are kept. Defaults to `keep`.
   */
  readonly onComplete?: "keep" | "delete" | undefined
  /** Defaults to `RetryPolicy.standard`: five attempts, growing rests. */
  readonly retry?: RetryPolicy | undefined
}

/** @category options */
export type StoreOptions<
  T extends PgTable,
  V extends PgView,
  Fields extends Record<string, AnyPgColumn | SQL.Aliased>
> = CommonStoreOptions<NameOf<SourceOf<T, V>>, Fields> &
  ColumnsOption<T> & {
    /** The table that is locked and updated. */
    readonly table: T
    /**
     * What candidates, conditions and records are read from, when it is not the table:
     * a view over it that shows every record, and every work column under its name in the table.
     */
    readonly view?: V | undefined
  }

export interface Limits {
  readonly stalledMaxAge: Duration.Duration
  readonly maxNumResets: number
  readonly resetFailureMessage: string
}

export const resetFailureMessage = "job processor died while handling this message too many times"

/** Throws `InvalidOptions`. */
export const checkLimits = (
  options: Pick<CommonStoreOptions<string, unknown>, "name" | "stalledMaxAge" | "maxNumResets" | "resetFailureMessage">
): Limits => {
  const invalid = (field: string, rule: string) => new InvalidOptions({ owner: options.name || "store", field, rule })
  if (options.name === "") throw invalid("name", "must not be empty")
  if (Buffer.byteLength(options.name) > 200) throw invalid("name", "must be at most 200 bytes long")
  const stalledMaxAge = positiveDuration(options.name, "stalledMaxAge", options.stalledMaxAge ?? "30 seconds")
  const maxNumResets = options.maxNumResets ?? 5
  if (!Number.isInteger(maxNumResets) || maxNumResets < 0) {
    throw invalid("maxNumResets", `must be a whole number from 0, but is ${maxNumResets}`)
  }
  return { stalledMaxAge, maxNumResets, resetFailureMessage: options.resetFailureMessage ?? resetFailureMessage }
}

/** The columns of a table, or the fields of a view. */
export const fieldsOf = (source: Table | View): ViewFields =>
  is(source, View) ? (getViewSelectedFields(source) as ViewFields) : getTableColumns(source as PgTable)
