/**
 * The Postgres server of a run, and its databases: each measurement has a fresh one, cloned from a template that
 * holds the tables and, where jobs are enqueued beforehand, the jobs.
 */
import postgres from "postgres"
import { startEmbeddedPostgres } from "../../scripts/embedded-postgres.ts"
import { createTemplate } from "../../scripts/template-database.ts"
import type { Family } from "./contestants.ts"

/** Does something to an empty or a filled database, through the family's own system. */
export type Provision = (family: Family, databaseUrl: string, filled: number | undefined) => Promise<void>

export interface Databases {
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>
  /** Makes the family's template with this many jobs, unless there is one. */
  readonly prepare: (family: Family, jobs: number) => Promise<void>
  /** Runs with the URL of a fresh database that holds this many jobs. */
  readonly using: <A>(family: Family, jobs: number, work: (databaseUrl: string) => Promise<A>) => Promise<A>
  /** Leaves nothing behind. */
  readonly stop: () => Promise<void>
}

/** What decides how much a commit costs, and how much memory there is. */
const settingNames = [
  "server_version",
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "wal_sync_method",
  "wal_level",
  "shared_buffers",
  "max_wal_size",
  "autovacuum"
]

/** Above this a clone is copied file by file, below through the write-ahead log, which leaves it in memory. */
const copyFrom = 500_000

/** On the server at this address, or on one of our own with the durability of a production server. */
export const startDatabases = async (external: string | undefined, provision: Provision): Promise<Databases> => {
  const embedded = external === undefined ? await startEmbeddedPostgres({ durable: true }) : undefined
  const serverUrl = external ?? embedded?.url ?? ""
  const prefix = `drover_bench_${process.pid}`
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} })
  const made = new Map<string, Promise<string>>()
  let databases = 0

  const urlOf = (database: string): string => {
    const url = new URL(serverUrl)
    url.pathname = `/${database}`
    return url.href
  }

  const drop = (database: string) => sql`drop database if exists ${sql(database)} with (force)`

  const makeTemplate = async (family: Family, jobs: number): Promise<string> => {
    const name = `${prefix}_${family.replace("-", "_")}_${jobs}`
    if (jobs > 0) await sql`create database ${sql(name)} template ${sql(await template(family, 0))}`
    else if (family === "floor" || family === "drover") await createTemplate(serverUrl, name)
    else await sql`create database ${sql(name)}`
    await provision(family, urlOf(name), jobs > 0 ? jobs : undefined)
    const inside = postgres(urlOf(name), { max: 1, onnotice: () => {} })
    await inside`vacuum (analyze)`
    await inside.end()
    return name
  }

  const template = (family: Family, jobs: number): Promise<string> => {
    const shared = family === "floor" ? "drover" : family
    const key = `${shared} ${jobs}`
    const making = made.get(key) ?? makeTemplate(shared, jobs)
    made.set(key, making)
    return making
  }

  const settings = await sql<Array<{ name: string; value: string }>>`
    select name, current_setting(name) as value from unnest(${settingNames}::text[]) name`

  return {
    settings: settings.map(({ name, value }) => [name, value] as const),
    prepare: async (family, jobs) => void (await template(family, jobs)),
    using: async (family, jobs, work) => {
      const source = await template(family, jobs)
      const name = `${prefix}_run_${databases++}`
      await (jobs > copyFrom
        ? sql`create database ${sql(name)} template ${sql(source)} strategy file_copy`
        : sql`create database ${sql(name)} template ${sql(source)}`)
      try {
        await sql`checkpoint`
        return await work(urlOf(name))
      } finally {
        await drop(name)
      }
    },
    stop: async () => {
      for (const making of made.values()) await drop(await making)
      await sql.end()
      await embedded?.stop()
    }
  }
}
