import { sql } from "drizzle-orm"
import { Effect, Layer, Logger, Redacted } from "effect"
import { startEmbeddedPostgres } from "../../../../scripts/embedded-postgres.ts"
import { Database } from "../../src/index.ts"
import { hears, listening, poolIsWhole, underLoad } from "./dbgfix.ts"
process.on("uncaughtException", (e) => console.log("UNCAUGHT", e))
process.on("unhandledRejection", (e) => console.log("UNHANDLED", e))
const server = await startEmbeddedPostgres()
const N = Number(process.argv[2] ?? 400)
const program = Effect.gen(function* () {
  const notifications = yield* listening
  yield* Effect.scoped(Effect.gen(function* () {
    const load = yield* underLoad(N)
    for (const part of [0.2, 0.45, 0.7]) {
      yield* load.reached(part)
      yield* Effect.promise(() => server.kill())
      yield* Effect.promise(() => server.restart())
      console.log("restarted", part)
    }
    const f = yield* Effect.forkChild(load.reached(1))
    const end = Date.now() + Number(process.argv[3] ?? 8000)
    while (f.pollUnsafe() === undefined && Date.now() < end) { yield* Effect.sleep("500 millis")
      if (Date.now() > end - 4000) {
      const rows = yield* Database.use(({ run }) => run((db) => db.execute(sql`select (select json_agg(x) from (select state, count(*), min(attempt), max(attempt), max(num_resets) nr, max(num_failures) nf from queue_0 group by 1) x) a, (select json_agg(x) from (select state, count(*), min(attempt), max(attempt), max(num_resets) nr, max(num_failures) nf from queue_1 group by 1) x) b`))).pipe(Effect.provide(Database.layer({url: Redacted.make(server.url), connections: 1, applicationName: "dbg"})), Effect.exit)
      const act = yield* Database.use(({ run }) => run((db) => db.execute(sql`select application_name, state, wait_event, left(query, 70) q, count(*) from pg_stat_activity where datname='postgres' group by 1,2,3,4`))).pipe(Effect.provide(Database.layer({url: Redacted.make(server.url), connections: 1, applicationName: "dbg"})), Effect.exit)
      console.log(JSON.stringify(rows), load.errors.length); console.log(JSON.stringify((act as any).value ?? act, null, 0)) }
    }
    if (f.pollUnsafe() === undefined) { console.log((globalThis as any).steps); 
      yield* load.whole.pipe(Effect.exit, Effect.map((x) => console.log(String(x).slice(0, 300))), Effect.timeoutOption("3 seconds"))
      console.log("STUCK"); process.exitCode = 1; yield* Effect.promise(() => server.stop()); process.exit(1) }
    const w = yield* Effect.exit(load.whole)
    console.log("whole", w._tag, w._tag === "Failure" ? w.cause : "")
    const kinds: Record<string, number> = {}
    for (const e of load.errors as any[]) { const k = `${e?._tag} ${e?.code} ${e?.retryable}`; kinds[k] = (kinds[k] ?? 0) + 1 }
    console.log(kinds)
  }))
  yield* poolIsWhole(10)
  console.log("pool whole")
  yield* hears(notifications)
  console.log("hears")
})
const services = Layer.merge(Database.layer({ url: Redacted.make(server.url), connections: 10, connectTimeout: "2 seconds" }), process.env.LOGS ? Layer.empty : Logger.layer([]))
await Effect.runPromise(Effect.scoped(program).pipe(Effect.provide(services))).finally(() => server.stop())
