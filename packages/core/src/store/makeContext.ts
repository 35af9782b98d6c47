/**
 * From options to what statements are built from; throws `InvalidOptions`.
 */
import { Column, is, SQL, sql, type Table, type View } from "drizzle-orm"
import type { AnyPgColumn, PgTable, PgView } from "drizzle-orm/pg-core"
import { Duration } from "effect"
import type { Drizzle } from "../database/router.ts"
import { asc } from "../table/Order.ts"
import { resolveColumns, type Role, type ViewFields, type WorkColumns } from "../table/WorkTable.ts"
import { decodedAs } from "./Returned.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import type { StoreContext } from "./StoreContext.ts"
import { fieldsOf } from "./StoreOptions.ts"

export interface ContextOptions {
  readonly name: string
  readonly table: PgTable
  readonly view?: PgView | undefined
  readonly columns?: Partial<Record<Role, AnyPgColumn>> | undefined
  readonly record?: ViewFields | undefined
  readonly orderBy?: ReadonlyArray<SQL> | undefined
  readonly onComplete?: "keep" | "delete" | undefined
}

export const makeContext = (
  options: ContextOptions,
  db: Drizzle,
  clock: SQL,
  attempts: number,
  firstDelay: Duration.Duration | undefined
): StoreContext => {
  const columns = resolveColumns(options.name, options.table, options.columns)
  const source = options.view ?? options.table
  const sourceColumns = options.view === undefined ? columns : columnsOfView(options.name, options.view, columns)
  if (options.orderBy?.length === 0) {
    throw new InvalidOptions({
      owner: options.name,
      field: "orderBy",
      rule: "must name at least one column, or be left out"
    })
  }
  if (!/^jsonb?\[\d*\]$/.test(columns.executionLogs.getSQLType())) {
    throw new InvalidOptions({
      owner: options.name,
      field: "columns.executionLogs",
      rule: `must be a json[] or jsonb[], but "${columns.executionLogs.name}" is a ${columns.executionLogs.getSQLType()}`
    })
  }
  return {
    name: options.name,
    db,
    table: options.table,
    columns,
    source,
    sourceColumns,
    selection: selectionOf(source, options.record ?? fieldsOf(source)),
    order: options.orderBy ?? [asc(sourceColumns.processAfter), asc(sourceColumns.id)],
    clock,
    onComplete: options.onComplete ?? "keep",
    retries: {
      // a schedule that ends at once allows no second attempt; a record's own number goes over the store's
      enabled: columns.maxAttempts !== undefined || (attempts > 1 && firstDelay !== undefined),
      attempts: firstDelay === undefined ? 1 : Math.max(1, attempts),
      firstDelay: firstDelay ?? Duration.zero
    }
  }
}

/**
 * Fields as expressions. What a view computes is read from the view by its name;
 * drizzle would write out the computation, over tables that the statement does not name.
 */
const selectionOf = (source: Table | View, fields: ViewFields): Readonly<Record<string, AnyPgColumn | SQL>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (!is(field, SQL.Aliased)) return [name, field]
      if (!("isSelectionField" in field && field.isSelectionField === true)) return [name, field.sql]
      return [name, decodedAs(field.sql, sql`${source}.${sql.identifier(field.fieldAlias)}`)]
    })
  )

/** A view shows the work columns under the names they have in the table. */
const columnsOfView = (store: string, view: PgView, columns: WorkColumns): WorkColumns => {
  const byName = new Map<string, AnyPgColumn>()
  for (const field of Object.values(fieldsOf(view))) if (is(field, Column)) byName.set(field.name, field)
  const shown = Object.entries(columns).map(([role, column]) => {
    const field = byName.get(column.name)
    if (field === undefined && neededOfView.has(role)) {
      throw new InvalidOptions({
        owner: store,
        field: "view",
        rule: `must show the column "${column.name}" of the table (for \`${role}\`)`
      })
    }
    return [role, field ?? column] as const
  })
  return Object.fromEntries(shown) as unknown as WorkColumns
}

/** What eligibility is read from. */
const neededOfView: ReadonlySet<string> = new Set([
  "id",
  "state",
  "processAfter",
  "finishedAt",
  "numFailures",
  "maxAttempts"
])
