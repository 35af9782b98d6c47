/**
 * One drizzle instance for every connection.
 *
 * A query is built and prepared once, and runs on whichever connection is
 * current when it is executed: the pool, the control connections, or the
 * transaction a fiber is in.
 */
import { fillPlaceholders, type SQLWrapper } from "drizzle-orm"
import { PgDialect } from "drizzle-orm/pg-core"
import { PostgresJsDatabase, PostgresJsSession } from "drizzle-orm/postgres-js"
import { AsyncLocalStorage } from "node:async_hooks"
import type { Connection } from "./Link.ts"

/** The query builder. Execute what it builds through `Database.run`. */
export type Drizzle = PostgresJsDatabase

/** A row as the driver gives it: values by their place in what was asked for, decoded by nobody yet. */
export type RawRow = ReadonlyArray<unknown>

/** A statement that was built once, and gives rows as they are. */
export interface RawStatement {
  readonly execute: (values: Readonly<Record<string, unknown>>) => PromiseLike<ReadonlyArray<RawRow>>
}

export interface Router {
  readonly db: Drizzle
  /** For statements whose rows are too many, or too doubtful, for the builder's own decoding. */
  readonly prepareRaw: (statement: SQLWrapper) => RawStatement
  /** Executes what `use` builds on `connection`. */
  readonly on: <A>(connection: Connection, use: (db: Drizzle) => PromiseLike<A>) => PromiseLike<A>
}

const outside = "A query was executed outside Database.run. Return it from the function given to Database.run instead."
const transactions =
  "Drizzle's own db.transaction is not available. Use Database.transaction, which nests and rolls back on interruption."

export const makeRouter = (prepare: boolean): Router => {
  const current = new AsyncLocalStorage<Connection>()
  const refuse = (): never => {
    throw new Error(transactions)
  }
  const client = {
    unsafe: (query: string, parameters: ReadonlyArray<unknown> = []) => {
      const connection = current.getStore()
      if (connection === undefined) throw new Error(outside)
      return connection.unsafe(query, parameters, { prepare })
    },
    begin: refuse,
    savepoint: refuse
  }
  const dialect = new PgDialect()
  // drizzle() wants a whole client to configure; a session wants only the three methods above
  const session = new PostgresJsSession(client as never, dialect, undefined, {})
  const db: Drizzle = new PostgresJsDatabase(dialect, session as never, undefined)
  return {
    db,
    prepareRaw: (statement) => {
      const { params, sql } = dialect.sqlToQuery(statement.getSQL())
      return { execute: (values) => new RawQuery(sql, fillPlaceholders(params, { ...values }), prepare) }
    },
    on: (connection, use) =>
      current.run(connection, () => {
        const query = use(db)
        // awaited inside: a drizzle query is lazy, and executes where it is awaited
        return query instanceof RawQuery ? (query.on(connection) as PromiseLike<never>) : settled(query)
      })
  }
}

const settled = async <A>(query: PromiseLike<A>): Promise<A> => await query

/** Rows straight from the driver. */
class RawQuery implements PromiseLike<ReadonlyArray<RawRow>> {
  readonly #text: string
  readonly #parameters: ReadonlyArray<unknown>
  readonly #prepare: boolean

  constructor(text: string, parameters: ReadonlyArray<unknown>, prepare: boolean) {
    this.#text = text
    this.#parameters = parameters
    this.#prepare = prepare
  }

  on(connection: Connection): PromiseLike<ReadonlyArray<RawRow>> {
    return connection.unsafe(this.#text, this.#parameters, { prepare: this.#prepare }).values() as PromiseLike<
      ReadonlyArray<RawRow>
    >
  }

  // oxlint-disable-next-line unicorn/no-thenable -- stands where a drizzle query may stand, and is refused as one is
  then(): never {
    throw new Error(outside)
  }
}
