/**
 * The floor: the bare statements over Drover's table, prepared, with no queue around them. Four connections each
 * claim 500 jobs and complete them, again and again. Nothing that speaks to the same table can be much faster.
 *
 * The statements keep their plan whatever the statistics say: the claim finds its rows by `ctid`, and the
 * completion hides the state from the planner, who thinks that hardly a row is `processing`.
 */
import postgres from "postgres"
import { fillJobs } from "./jobsTable.ts"
import { type Handling, type OpenSystem, pause, type Payload } from "./System.ts"

export interface FloorVariant {
  /** `lease`: claim in one commit, finish in another. `transaction`: lock, finish, one commit. */
  readonly ownership: "lease" | "transaction"
  readonly finished: "kept" | "deleted"
}

const batch = 500
const connections = 4
/** Connections that enqueue, as many as Drover has by default. */
const producers = 10

interface Row {
  readonly id: string
  readonly attempt: number
  readonly kind: string
  readonly payload: Payload
  readonly ctid?: string
}

export const openFloor =
  (variant: FloorVariant): OpenSystem =>
  async ({ databaseUrl }) => {
    // one connection a client, on which a transaction is a matter of sending `begin` and `commit`
    const connect = (max: number) => postgres(databaseUrl, { max, fetch_types: false, onnotice: () => {} })
    const sql = connect(producers)
    const clients = Array.from({ length: connections }, () => connect(1))
    const turn = variant.ownership === "lease" ? leaseTurn(variant) : transactionTurn(variant)
    return {
      install: async () => {},
      fill: (first, count) => fillJobs(sql, first, count),
      enqueue: async (payload) => void (await insert(sql, [payload])),
      enqueueAll: async (list) => void (await insert(sql, list)),
      work: async (handling) => {
        const stop = { asked: false }
        const loop = async (client: postgres.Sql) => {
          while (!stop.asked) if ((await turn(client, handling)) === 0) await pause(5)
        }
        const loops = clients.map(loop)
        return {
          stop: async () => {
            stop.asked = true
            await Promise.all(loops)
          }
        }
      },
      close: async () => void (await Promise.all([sql, ...clients].map((client) => client.end())))
    }
  }

/** Handles one batch; answers how many jobs it had. */
type Turn = (sql: postgres.Sql, handling: Handling) => Promise<number>

const handleAll = async (rows: ReadonlyArray<Row>, { millis, start }: Handling): Promise<void> => {
  for (const { payload } of rows) start(payload)
  if (millis > 0 && rows.length > 0) await pause(millis)
}

const leaseTurn =
  ({ finished }: FloorVariant): Turn =>
  async (sql, handling) => {
    const rows = await sql<Array<Row>>`
      update jobs
      set state = 'processing', attempt = attempt + 1, started_at = now(), last_heartbeat_at = now(),
          worker_hostname = 'floor'
      where ctid = any(array(
        select ctid from jobs
        where state in ('queued', 'errored') and process_after <= now()
        order by priority, process_after, id
        limit ${batch}
        for update skip locked))
      returning id, attempt, kind, payload`
    if (rows.length === 0) return 0
    await handleAll(rows, handling)
    const ids = literal(rows.map(({ id }) => id))
    const attempts = literal(rows.map(({ attempt }) => attempt))
    const done = await (finished === "kept"
      ? sql`
          update jobs t set state = 'completed', finished_at = now()
          from unnest(${ids}::bigint[], ${attempts}::int[]) as d(id, attempt)
          where t.id = d.id and t.attempt = d.attempt and (t.state || '') = 'processing'`
      : sql`
          delete from jobs t
          using unnest(${ids}::bigint[], ${attempts}::int[]) as d(id, attempt)
          where t.id = d.id and t.attempt = d.attempt and (t.state || '') = 'processing'`)
    return expectAll(rows, done.count)
  }

/** Two round trips a batch: what needs no answer is sent with what follows it. */
const transactionTurn =
  ({ finished }: FloorVariant): Turn =>
  async (sql, handling) => {
    const [, rows] = await Promise.all([
      sql`begin`,
      sql<Array<Row>>`
        select ctid, id, attempt, kind, payload from jobs
        where state in ('queued', 'errored') and process_after <= now()
        order by priority, process_after, id
        limit ${batch}
        for update skip locked`
    ])
    await handleAll(rows, handling)
    const places = literal(rows.map(({ ctid }) => `"${ctid ?? ""}"`))
    const [done] = await Promise.all([
      finished === "kept"
        ? sql`
            update jobs
            set state = 'completed', attempt = attempt + 1, started_at = now(), finished_at = now(),
                worker_hostname = 'floor'
            where ctid = any(${places}::tid[])`
        : sql`delete from jobs where ctid = any(${places}::tid[])`,
      sql`commit`
    ])
    return expectAll(rows, done.count)
  }

const insert = (sql: postgres.Sql, list: ReadonlyArray<Payload>) => {
  const kinds = literal(list.map(({ at }) => (at === undefined ? "bench" : "bench-timed")))
  const bodies = literal(list.map((payload) => JSON.stringify(JSON.stringify(payload))))
  return sql`
    insert into jobs (kind, payload)
    select kind, payload::jsonb from unnest(${kinds}::text[], ${bodies}::text[]) as sent(kind, payload)`
}

/** An array as Postgres writes it; the driver sends it as it is. Elements with quotes or commas come quoted. */
const literal = (elements: ReadonlyArray<string | number>): string => `{${elements.join(",")}}`

const expectAll = (rows: ReadonlyArray<Row>, done: number): number => {
  if (done !== rows.length) throw new Error(`The floor finished ${done} of ${rows.length} jobs of a batch`)
  return done
}
