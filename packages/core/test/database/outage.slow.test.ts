import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Context, Effect, Layer, Logger, Redacted } from "effect"
// oxlint-disable-next-line no-restricted-imports -- a server that may be killed is none to share with other tests
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../../../scripts/embedded-postgres.ts"
import { Database } from "../../src/index.ts"
import { stormyProxy } from "./stormyProxy.ts"
import { hears, listening, poolIsWhole, uncaught, underLoad } from "./fixtures.ts"

const connections = 10

class Server extends Context.Service<Server, EmbeddedPostgres>()("test/Server") {}

/** A server of its own, and a `Database` on it. */
const server = Layer.effect(
  Server,
  Effect.acquireRelease(
    Effect.promise(() => startEmbeddedPostgres()),
    ({ stop }) => Effect.promise(stop)
  )
)
const database = Layer.unwrap(
  Effect.map(Server, ({ url }) => Database.layer({ url: Redacted.make(url), connections, connectTimeout: "2 seconds" }))
)
const services = Layer.provideMerge(database, server).pipe(Layer.merge(Logger.layer([])))

layer(services, { excludeTestServices: true, timeout: "2 minutes" })("A database that fails under load", (it) => {
  it.effect("loses nothing when the server crashes, three times", () =>
    Effect.gen(function* () {
      const { kill, restart } = yield* Server
      const unexpected = yield* uncaught
      const notifications = yield* listening
      yield* Effect.scoped(
        Effect.gen(function* () {
          const load = yield* underLoad(400)
          for (const part of [0.2, 0.45, 0.7]) {
            yield* load.reached(part)
            yield* Effect.promise(kill)
            yield* Effect.promise(restart)
          }
          yield* load.reached(1)
          assert.isNotEmpty(load.errors)
          yield* load.whole
        })
      )
      yield* poolIsWhole(connections)
      yield* hears(notifications)

      assert.deepStrictEqual(unexpected, [])
    })
  )

  it.effect("loses nothing when connection after connection is killed", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const unexpected = yield* uncaught
      const notifications = yield* listening
      // on a connection of its own, and never itself
      const killOne = Database.use(({ run }) =>
        run((db) =>
          db.execute(
            sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'drover' and pid <> pg_backend_pid() order by random() limit 1`
          )
        )
      )
      const killer = Database.layer({ url: Redacted.make(url), applicationName: "killer" })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const load = yield* underLoad(300)
          const killing = Effect.forever(Effect.delay(killOne, "15 millis")).pipe(Effect.provide(killer))
          yield* Effect.raceFirst(load.reached(1), killing)
          assert.isNotEmpty(load.errors)
          yield* load.whole
        })
      )
      yield* poolIsWhole(connections)
      yield* hears(notifications)

      assert.deepStrictEqual(unexpected, [])
    })
  )

  it.effect("loses nothing behind a network that breaks connections at any moment", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const unexpected = yield* uncaught
      const proxy = yield* stormyProxy(url)
      const behindProxy = Database.layer({ url: Redacted.make(proxy.url), connections, connectTimeout: "500 millis" })
      yield* Effect.gen(function* () {
        const notifications = yield* listening
        yield* Effect.scoped(
          Effect.gen(function* () {
            const load = yield* underLoad(300)
            proxy.storm = true
            yield* load.reached(1)
            proxy.storm = false
            assert.isAbove(proxy.broken, 20)
            assert.isNotEmpty(load.errors)
            yield* load.whole
          })
        )
        yield* poolIsWhole(connections)
        yield* hears(notifications)
      }).pipe(Effect.scoped, Effect.provide(behindProxy))

      assert.deepStrictEqual(unexpected, [])
    })
  )
})
