/**
 * Looks at a system's tables from outside: what is left, what is finished.
 */
import postgres from "postgres"
import type { Family } from "./contestants.ts"
import type { Servers } from "./systems/System.ts"

export interface Counts {
  readonly waiting: number
  readonly running: number
  /** Undefined where finished jobs are not kept. */
  readonly finished: number | undefined
  /** Waiting jobs that have used up one of their tries; undefined where that is not written down. */
  readonly spent: number | undefined
}

/** What is dead and how much room it all takes. */
export interface Bloat {
  readonly deadRows: number
  readonly bytes: number
}

export interface Inspector {
  /** Whether nothing waits or runs any more. Cheap enough to ask in a loop. */
  readonly isEmpty: () => Promise<boolean>
  readonly counts: () => Promise<Counts>
  /** Of the table of jobs; undefined where there is none. */
  readonly bloat: () => Promise<Bloat | undefined>
  readonly close: () => Promise<void>
}

export const inspect = async (family: Family, servers: Servers): Promise<Inspector> =>
  family === "bullmq" ? inspectRedis(servers) : inspectPostgres(family, servers)

interface Statements {
  readonly table: string
  readonly busy: string
  readonly counts: string
}

const jobsTable: Statements = {
  table: "jobs",
  busy: `select exists(select from jobs where state = 'processing')
      or exists(select from jobs where state in ('queued', 'errored')) as busy`,
  counts: `select count(*) filter (where state in ('queued', 'errored'))::int as waiting,
                  count(*) filter (where state = 'processing')::int as running,
                  count(*) filter (where state = 'completed')::int as finished,
                  count(*) filter (where state in ('queued', 'errored') and num_failures + num_resets > 0)::int as spent
           from jobs`
}

const statements: Record<Exclude<Family, "bullmq">, Statements> = {
  floor: jobsTable,
  drover: jobsTable,
  graphile: {
    table: "graphile_worker._private_jobs",
    busy: "select exists(select from graphile_worker._private_jobs) as busy",
    counts: `select count(*) filter (where locked_at is null)::int as waiting,
                    count(*) filter (where locked_at is not null)::int as running,
                    count(*) filter (where locked_at is null and attempts > 0)::int as spent
             from graphile_worker._private_jobs`
  },
  "pg-boss": {
    table: "pgboss.job_common",
    busy: "select exists(select from pgboss.job where name = 'bench' and state < 'completed') as busy",
    counts: `select count(*) filter (where state < 'active')::int as waiting,
                    count(*) filter (where state = 'active')::int as running,
                    count(*) filter (where state = 'completed')::int as finished
             from pgboss.job where name = 'bench'`
  }
}

const inspectPostgres = (family: Exclude<Family, "bullmq">, { databaseUrl }: Servers): Inspector => {
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => {} })
  const { busy, counts, table } = statements[family]
  return {
    isEmpty: async () => {
      const [row] = await sql.unsafe<Array<{ busy: boolean }>>(busy, [], { prepare: true })
      return row?.busy === false
    },
    counts: async () => {
      const [row] = await sql.unsafe<Array<Counts>>(counts)
      return { waiting: row?.waiting ?? 0, running: row?.running ?? 0, finished: row?.finished, spent: row?.spent }
    },
    bloat: async () => {
      const [row] = await sql<Array<{ deadRows: string; bytes: string }>>`
        select n_dead_tup as "deadRows", pg_table_size(relid) as bytes
        from pg_stat_user_tables where relid = ${table}::regclass`
      return { deadRows: Number(row?.deadRows), bytes: Number(row?.bytes) }
    },
    close: () => sql.end()
  }
}

const inspectRedis = async ({ redisPort }: Servers): Promise<Inspector> => {
  const { inspectQueue } = await import("./systems/bullmq.ts")
  return inspectQueue(redisPort ?? 0)
}
