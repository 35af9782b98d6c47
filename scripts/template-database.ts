/**
 * A database with the current schema, made once, for others to be cloned from: far cheaper than migrating each.
 */
import { drizzle } from "drizzle-orm/postgres-js"
import { migrate } from "drizzle-orm/postgres-js/migrator"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import postgres from "postgres"

const migrationsFolder = fileURLToPath(new URL("../drizzle", import.meta.url))
const migrationLock = 7_102_734

/** Creates the database `name` on the server and migrates it. Nobody may be connected to it while it is cloned. */
export const createTemplate = async (serverUrl: string, name: string): Promise<void> => {
  await withConnection(serverUrl, (sql) => sql`create database ${sql(name)}`)
  if (!existsSync(`${migrationsFolder}/meta/_journal.json`)) return
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await withConnection(url.href, async (sql) => {
    // drizzle's migrator takes no lock of its own. This one ends with the connection.
    await sql`select pg_advisory_lock(${migrationLock})`
    await migrate(drizzle(sql), { migrationsFolder })
  })
}

export const dropTemplate = (serverUrl: string, name: string): Promise<void> =>
  withConnection(serverUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`)

const withConnection = async (url: string, work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}
