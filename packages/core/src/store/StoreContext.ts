/**
 * What every statement of a store is built from.
 */
import { getTableColumns, is, type SQL, sql, type Table, type View } from "drizzle-orm"
import { type AnyPgColumn, PgEnumColumn, PgEnumObjectColumn, type PgTable } from "drizzle-orm/pg-core"
import type { Duration } from "effect"
import { arrayOf } from "../table/arrayOf.ts"
import type { Drizzle } from "../database/router.ts"
import type { Role, WorkColumns } from "../table/WorkTable.ts"
import type { WorkState } from "../table/WorkState.ts"

export interface StoreContext {
  readonly name: string
  readonly db: Drizzle
  readonly table: PgTable
  readonly columns: WorkColumns
  /** What records are read from: the table itself, or a view of it. */
  readonly source: Table | View
  /** The work columns as `source` shows them. */
  readonly sourceColumns: WorkColumns
  /** The fields of a record, by name, as columns or expressions of `source`. */
  readonly selection: Readonly<Record<string, AnyPgColumn | SQL>>
  readonly order: ReadonlyArray<SQL>
  readonly clock: SQL
  /** Whether completed records are kept. */
  readonly onComplete: "keep" | "delete"
  readonly retries: {
    /** Whether errored records are dequeued again. */
    readonly enabled: boolean
    readonly attempts: number
    /** The rest after a first failure, and of records that became errored without a time to return. */
    readonly firstDelay: Duration.Duration
  }
}

/** Values to set, by role rather than by the table's own names for them. */
export const assign = (
  context: StoreContext,
  values: Partial<Record<Role | "runAgain", SQL | undefined>>
): Record<string, SQL> => {
  const set: Record<string, SQL> = {}
  for (const [role, value] of Object.entries(values)) {
    const column = context.columns[role as Role]
    if (value === undefined || column === undefined) continue
    const key = Object.entries(getTableColumns(context.table)).find(([, own]) => own === column)?.[0]
    if (key !== undefined) set[key] = value
  }
  return set
}

/**
 * A state as a constant, not a parameter: partial indexes are chosen by what
 * the statement says, and a parameter says nothing.
 */
export const state = (value: WorkState): SQL => sql.raw(`'${value}'`)

/** A state computed by CASE, which is text, for a column that may be an enum. */
export const stateOf = (context: StoreContext, value: SQL): SQL => sql`(${value})::${typeOf(context.columns.state)}`

/** The type of a column's values, as a cast takes it. */
export const typeOf = (column: AnyPgColumn): SQL => {
  if (is(column, PgEnumColumn) || is(column, PgEnumObjectColumn)) {
    const { enumName, schema } = column.enum
    const name = sql.identifier(enumName)
    return schema === undefined ? sql`${name}` : sql`${sql.identifier(schema)}.${name}`
  }
  const type = column.getSQLType()
  return sql.raw(serials[type] ?? type)
}

/** `serial` is an integer with a default, not a type. */
const serials: Readonly<Record<string, string>> = { smallserial: "smallint", serial: "integer", bigserial: "bigint" }

/** The id that a statement is about, as its column writes it. */
export const idPlaceholder = ({ columns }: StoreContext): SQL => sql`${sql.param(sql.placeholder("id"), columns.id)}`

/** The ids that a statement is about, as one array. */
export const idsPlaceholder = ({ columns }: StoreContext): SQL =>
  sql`${sql.param(sql.placeholder("ids"), arrayOf(columns.id))}::${typeOf(columns.id)}[]`

/** How many failures a record may have: its own number, where the table has such a column, else the store's. */
export const attemptsAllowed = (context: StoreContext, columns: WorkColumns): SQL =>
  columns.maxAttempts === undefined ? sql.raw(String(context.retries.attempts)) : sql`${columns.maxAttempts}`
