/**
 * A batch of rows, inside a step's transaction: taken under lock, handled each by itself, written together.
 *
 * Nothing that goes wrong with one row undoes another's: what a handler writes is a savepoint, and a write that Postgres
 * refuses for all is made again row by row.
 */
import { getTableColumns, type SQL, sql } from "drizzle-orm"
import type { AnyPgTable } from "drizzle-orm/pg-core"
import { type Duration, Effect, Exit } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { DatabaseClock, interval } from "../table/DatabaseClock.ts"
import { withoutDatabase } from "./withoutDatabase.ts"
import { type FailedRow, forget, record, TriedBefore } from "./FailedRows.ts"
import { mayPass, reasonOf } from "./mayPass.ts"
import type { StepReport } from "./OutOfBandMigration.ts"
import type { RowHandler } from "./RowHandler.ts"
import { failedKeys, forgetStale, next, nextKeys, one, type Rows, unchanged, write, writeOne } from "./rowStatements.ts"
import type { Change } from "./sentChanges.ts"

export interface BatchOptions<Table extends AnyPgTable, E, R> {
  readonly rows: Rows
  readonly retryAfter: Duration.Duration
  /** Handlers at once. */
  readonly concurrency: number
  readonly handle: RowHandler<Table, E, R>
}

/** A row that was taken, or why it cannot be read. */
type Taken = { readonly key: unknown; readonly row: unknown } | { readonly key: unknown; readonly unread: string }

export const makeBatch = <Table extends AnyPgTable, E, R>({
  concurrency,
  handle,
  retryAfter,
  rows
}: BatchOptions<Table, E, R>) => {
  const field = Object.entries(getTableColumns(rows.table)).find(([, column]) => column === rows.key)?.[0] ?? ""
  /**
   * Where the last batch ended: in front of it the index holds nothing but the dead entries of rows that have left it,
   * which every batch would walk over. No more than a hint, for at the end the search begins again from the first key.
   */
  let after: unknown

  const takeAfter = (start: unknown) =>
    Effect.gen(function* (): Effect.fn.Return<ReadonlyArray<Taken>, DatabaseError, Database> {
      const { run, transaction } = yield* Database
      const whole = yield* Effect.exit(transaction(run((db) => next(db, rows, start))))
      if (Exit.isSuccess(whole)) return whole.value.map((row) => ({ key: valueOf(row, field), row }))
      if (mayPass(whole.cause)) return yield* Effect.failCause(whole.cause)
      return yield* readEach(yield* run((db) => nextKeys(db, rows, start)))
    })
  /** Row by row: one has a value that drizzle's column cannot read. */
  const readEach = (keys: ReadonlyArray<{ readonly key: unknown }>) =>
    Effect.forEach(keys, ({ key }) =>
      Effect.gen(function* (): Effect.fn.Return<Taken, DatabaseError, Database> {
        const { run, transaction } = yield* Database
        const exit = yield* Effect.exit(transaction(run((db) => one(db, rows, key))))
        if (Exit.isSuccess(exit)) return { key, row: exit.value[0] }
        return mayPass(exit.cause) ? yield* Effect.failCause(exit.cause) : { key, unread: reasonOf(exit.cause) }
      })
    )
  const take = Effect.gen(function* () {
    const { run } = yield* Database
    let fresh: ReadonlyArray<Taken> = yield* takeAfter(after)
    if (fresh.length === 0 && after !== undefined) fresh = yield* takeAfter(undefined)
    after = fresh.at(-1)?.key
    if (fresh.length > 0) return { taken: fresh, again: false }
    const triedBefore = yield* TriedBefore
    const clock = yield* DatabaseClock
    const before: SQL =
      triedBefore === undefined ? sql`${clock} - ${interval(retryAfter)}` : sql`${triedBefore}::timestamptz`
    const taken = yield* readEach(yield* run((db) => failedKeys(db, rows, before)))
    return { taken, again: true }
  })

  const handleRow = Effect.fnUntraced(function* (
    taken: Taken
  ): Effect.fn.Return<Change | FailedRow, E | DatabaseError, Database | R> {
    if ("unread" in taken) return failedBy(taken.key, taken.unread)
    const database = yield* Database
    const handling = Effect.suspend(() => handle(taken.row as Table["$inferSelect"]))
    const exit = yield* Effect.exit(
      concurrency === 1 ? database.transaction(handling) : withoutDatabase(database, handling)
    )
    if (Exit.isSuccess(exit)) return { key: taken.key, values: given(exit.value) }
    return mayPass(exit.cause) ? yield* Effect.failCause(exit.cause) : failedBy(taken.key, reasonOf(exit.cause))
  })

  return Effect.gen(function* (): Effect.fn.Return<StepReport, E | DatabaseError, Database | R> {
    const { run } = yield* Database
    const { again, taken } = yield* take
    if (taken.length === 0) {
      yield* run((db) => forgetStale(db, rows))
      return { migrated: 0, failed: 0, more: false }
    }
    const failed: Array<FailedRow> = []
    const changes: Array<Change> = []
    for (const handled of yield* Effect.forEach(taken, handleRow, { concurrency })) {
      if ("values" in handled) changes.push(handled)
      else failed.push(handled)
    }
    for (const same of Map.groupBy(changes, fieldsOf).values()) failed.push(...(yield* writeAll(rows, same)))
    const known = new Set(failed.map(({ recordId }) => recordId))
    const keys = changes.map(({ key }) => key)
    for (const { key } of yield* run((db) => unchanged(db, rows, keys))) {
      if (!known.has(String(key))) failed.push(failedBy(key, "it is as it was, after the handler said it was done"))
    }
    yield* record(rows.of, failed)
    for (const { recordId } of failed) known.add(recordId)
    if (again)
      yield* forget(
        rows.of,
        keys.map(String).filter((key) => !known.has(key))
      )
    return { migrated: taken.length - failed.length, failed: failed.length, more: true }
  })
}

/** Writes together; where Postgres refuses that, one by one. Gives those that it refuses, or that are as they were. */
const writeAll = Effect.fnUntraced(function* (rows: Rows, changes: ReadonlyArray<Change>) {
  const { run, transaction } = yield* Database
  const failed: Array<FailedRow> = []
  const done: Array<unknown> = []
  if (changes.some(({ values }) => Object.keys(values).length > 0)) {
    const together = yield* Effect.exit(
      transaction(run((db) => write(db, rows, changes) ?? Promise.reject(new Error("one by one"))))
    )
    if (Exit.isSuccess(together)) return together.value.map(({ key }) => asItWas(key))
    if (mayPass(together.cause)) return yield* Effect.failCause(together.cause)
  }
  for (const change of changes) {
    const alone = yield* Effect.exit(transaction(writeAlone(rows, change)))
    if (Exit.isSuccess(alone)) done.push(change.key)
    else if (mayPass(alone.cause)) return yield* Effect.failCause(alone.cause)
    else failed.push(failedBy(change.key, reasonOf(alone.cause)))
  }
  const left = yield* run((db) => unchanged(db, rows, done))
  return [...failed, ...left.map(({ key }) => asItWas(key))]
})

/** Writes nothing where the handler has written by itself. */
const writeAlone = (rows: Rows, change: Change): Effect.Effect<unknown, DatabaseError, Database> =>
  Object.keys(change.values).length === 0
    ? Effect.void
    : Effect.flatMap(Database, ({ run }) => run((db) => writeOne(db, rows, change)))

const asItWas = (key: unknown): FailedRow => failedBy(key, "it is as it was, after the handler said it was done")

const failedBy = (key: unknown, message: string): FailedRow => ({ recordId: String(key), message })

const valueOf = (row: object, field: string): unknown => Reflect.get(row, field)

/** Without the fields that are undefined, which drizzle leaves as they are. */
const given = (changes: object): Change["values"] =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))

const fieldsOf = ({ values }: Change): string => Object.keys(values).toSorted().join()
