/**
 * What makes a table a work table, in types: a column for every role.
 *
 * A table made with `workColumns()` fills every role by itself. An existing
 * table maps its own columns: `{ state: table.reconcilerState, … }`.
 */
import { getTableColumns, type SQL } from "drizzle-orm"
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import type { Key } from "./Key.ts"

/** The data each required role holds, and whether it may be null. */
interface RoleData {
  readonly id: { readonly data: Key; readonly notNull: true }
  readonly state: { readonly data: string; readonly notNull: boolean }
  readonly failureMessage: { readonly data: string; readonly notNull: false }
  readonly queuedAt: { readonly data: Date; readonly notNull: boolean }
  readonly startedAt: { readonly data: Date; readonly notNull: false }
  readonly finishedAt: { readonly data: Date; readonly notNull: false }
  readonly processAfter: { readonly data: Date; readonly notNull: boolean }
  readonly attempt: { readonly data: number; readonly notNull: true }
  readonly numResets: { readonly data: number; readonly notNull: true }
  readonly numFailures: { readonly data: number; readonly notNull: true }
  readonly lastHeartbeatAt: { readonly data: Date; readonly notNull: false }
  readonly executionLogs: { readonly data: ReadonlyArray<unknown>; readonly notNull: boolean }
  readonly workerHostname: { readonly data: string; readonly notNull: boolean }
  readonly cancel: { readonly data: boolean; readonly notNull: true }
}

/** Roles a table may leave out. */
interface OptionalRoleData {
  /** Attempts of this record, where they differ from the store's. */
  readonly maxAttempts: { readonly data: number; readonly notNull: true }
  /** A finished record with this flag is queued once more instead. */
  readonly runAgain: { readonly data: boolean; readonly notNull: true }
}

export type Role = keyof RoleData
export type OptionalRole = keyof OptionalRoleData

type Holds<D extends { readonly data: unknown; readonly notNull: boolean }> = {
  readonly _: { readonly data: D["data"]; readonly notNull: D["notNull"] }
}

/** The columns of `T` that can fill role `R`. */
type Fits<T extends PgTable, R extends Role | OptionalRole> = Extract<
  T["_"]["columns"][keyof T["_"]["columns"]],
  Holds<(RoleData & OptionalRoleData)[R]>
>

/** Roles that no column of `T` with the role's own name fills. */
type Missing<T extends PgTable> = {
  [R in Role]: R extends keyof T["_"]["columns"] ? (T["_"]["columns"][R] extends Holds<RoleData[R]> ? never : R) : R
}[Role]

type Mapping<T extends PgTable> = { readonly [R in Role]?: Fits<T, R> } & {
  readonly [R in OptionalRole]?: Fits<T, R>
}

/** `columns` may be left out by a table that fills every role; else it must name what is missing. */
export type ColumnsOption<T extends PgTable> = [Missing<T>] extends [never]
  ? { readonly columns?: Mapping<T> | undefined }
  : { readonly columns: Mapping<T> & { readonly [R in Missing<T>]: Fits<T, R> } }

/** The columns of a work table by role, with types erased: for statements. */
export type WorkColumns = { readonly [R in Role]: AnyPgColumn } & { readonly [R in OptionalRole]?: AnyPgColumn }

/** A view's columns are columns or named expressions. */
export type ViewFields = Record<string, AnyPgColumn | SQL.Aliased>

const roles: ReadonlyArray<Role> = [
  "id",
  "state",
  "failureMessage",
  "queuedAt",
  "startedAt",
  "finishedAt",
  "processAfter",
  "attempt",
  "numResets",
  "numFailures",
  "lastHeartbeatAt",
  "executionLogs",
  "workerHostname",
  "cancel"
]
const optionalRoles: ReadonlyArray<OptionalRole> = ["maxAttempts", "runAgain"]
const timeRoles: ReadonlySet<Role> = new Set(["queuedAt", "startedAt", "finishedAt", "processAfter", "lastHeartbeatAt"])

/**
 * The column of every role: the mapped one, else the one of the role's own name.
 * The type system has checked this already; callers without it get the same answer in words.
 */
export const resolveColumns = (
  store: string,
  table: PgTable,
  mapping: Partial<Record<Role | OptionalRole, AnyPgColumn>> = {}
): WorkColumns => {
  const own: Record<string, AnyPgColumn> = getTableColumns(table)
  const all = new Set(Object.values(own))
  const resolved: Partial<Record<Role | OptionalRole, AnyPgColumn>> = {}
  for (const role of [...roles, ...optionalRoles]) {
    const column = mapping[role] ?? own[role]
    if (column === undefined) continue
    if (!all.has(column)) {
      throw new InvalidOptions({
        owner: store,
        field: `columns.${role}`,
        rule: "must be a column of the store's own table"
      })
    }
    resolved[role] = column
  }
  for (const role of roles) {
    const column = resolved[role]
    if (column === undefined) {
      throw new InvalidOptions({
        owner: store,
        field: `columns.${role}`,
        rule: "must name a column, or the table must have one: spread workColumns() into it"
      })
    }
    if (timeRoles.has(role) && column.getSQLType() !== "timestamp with time zone") {
      throw new InvalidOptions({
        owner: store,
        field: `columns.${role}`,
        rule: `must be a timestamp with time zone, but "${column.name}" is a ${column.getSQLType()}`
      })
    }
  }
  return resolved as WorkColumns
}
