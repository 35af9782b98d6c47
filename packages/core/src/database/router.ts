/**
 * One drizzle instance for every connection.
 *
 * A query is built and prepared once, and runs on whichever connection is
 * current when it is executed: the pool, the control connections, or the
 * transaction a fiber is in.
 */
import { PgDialect } from "drizzle-orm/pg-core"
import { PostgresJsDatabase, PostgresJsSession } from "drizzle-orm/postgres-js"
import { AsyncLocalStorage } from "node:async_hooks"
import type { Connection } from "./Link.ts"

/** The query builder. Execute what it builds through `Database.run`. */
export type Drizzle = PostgresJsDatabase

export interface Router {
  readonly db: Drizzle
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
    // awaited inside: a drizzle query is lazy, and executes where it is awaited
    on: (connection, use) => current.run(connection, async () => await use(db))
  }
}
