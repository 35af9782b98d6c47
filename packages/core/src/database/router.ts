/**
 * One drizzle instance for every connection.
 *
 * A query is built and prepared once, and runs on whichever connection is
 * current when it is executed: the pool, the control connections, or the
 * transaction a fiber is in.
 */
import type { SQLWrapper } from "drizzle-orm"
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
  readonly on: <A>(connection: Connection, use: (db: Drizzle) => PromiseLike<A>) => Promise<A>
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
      const query = dialect.sqlToQuery(statement.getSQL())
      // the fifth parameter maps rows, and so keeps drizzle from mapping them; the name says "prepare"
      return session.prepareQuery<{ execute: ReadonlyArray<RawRow>; all: unknown; values: unknown }>(
        query,
        undefined,
        "raw",
        true,
        (rows) => rows
      )
    },
    // awaited inside: a drizzle query is lazy, and executes where it is awaited
    on: (connection, use) => current.run(connection, async () => await use(db))
  }
}
