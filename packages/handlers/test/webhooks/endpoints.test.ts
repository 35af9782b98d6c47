import { Database, JobRuntime } from "@drover/core"
import { ManualClock } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Deferred, Duration, Effect, Layer } from "effect"
import { deliverWebhookHandler, findWebhook, pingWebhook, redeliver, webhooks } from "../../src/index.ts"
import { OPENS_AFTER } from "../../src/webhooks/circuitDecision.ts"
import { IN_FLIGHT, returnTurn, takeTurn } from "../../src/webhooks/turns.ts"
import { noJobs } from "../support/queue.ts"
import { rawReceiver, receiver } from "../support/Receiver.ts"
import { deliver, deliverAll, deliveryOf, hooked, jobOf, nextAttempt, quietHook, tell } from "../support/webhooks.ts"

const stateOf = (webhookId: number) =>
  Effect.map(findWebhook({ webhookId }), ({ failuresInARow, pausedUntil }) => ({
    failuresInARow,
    open: pausedUntil !== null
  }))

const lease20 = Duration.seconds(20)

const clock = ManualClock.layer.pipe(Layer.provideMerge(hooked({ timeout: "1 second" })))

layer(clock, { excludeTestServices: true })("an endpoint", (it) => {
  it.effect(
    "that fails five times in a row is left alone, is probed by one delivery, and hears all when it is back",
    () =>
      Effect.gen(function* () {
        const { advance } = yield* ManualClock
        let well = false
        const { received, url } = yield* receiver((response) => response.writeHead(well ? 200 : 500).end())
        const hook = yield* quietHook(url)
        const ids: Array<string> = []
        for (let count = 0; count < OPENS_AFTER + 2; count++) ids.push(yield* tell(hook))

        yield* deliverAll

        assert.lengthOf(received, OPENS_AFTER)
        assert.deepStrictEqual(yield* stateOf(hook.id), { failuresInARow: OPENS_AFTER, open: true })
        const waiting = ids.filter((id) => !received.some(({ headers }) => headers["webhook-id"] === id))
        for (const id of waiting) {
          assert.deepInclude(yield* jobOf(id), { state: "queued", numFailures: 0 })
          assert.isEmpty((yield* deliveryOf(id)).attempts)
        }

        // half open, and it fails: the pause that follows is twice as long
        yield* advance("31 seconds")
        yield* nextAttempt
        yield* deliverAll
        assert.lengthOf(received, OPENS_AFTER + 1)
        yield* advance("31 seconds")
        yield* nextAttempt
        yield* deliverAll
        assert.lengthOf(received, OPENS_AFTER + 1)

        // half open, and it is well
        well = true
        yield* advance("31 seconds")
        yield* nextAttempt
        assert.deepStrictEqual(yield* stateOf(hook.id), { failuresInARow: 0, open: false })
        yield* deliverAll
        yield* nextAttempt
        yield* deliverAll
        for (const id of ids) assert.strictEqual((yield* deliveryOf(id)).state, "delivered")
      }).pipe(ManualClock.provide)
  )

  it.effect("that is half open is probed by one of many who come at once", () =>
    Effect.gen(function* () {
      yield* noJobs
      const hook = yield* quietHook("http://127.0.0.1:1/")
      const { run } = yield* Database
      const { advance, now } = yield* ManualClock
      yield* run((db) => db.update(webhooks).set({ failuresInARow: 9 }).where(eq(webhooks.id, hook.id)))
      const take = (jobId: number) => takeTurn({ webhookId: hook.id, jobId, lease: lease20, urgent: false })
      const count = Effect.map(
        Effect.forEach([1, 2, 3, 4, 5, 6], take, { concurrency: "unbounded" }),
        (taken) => taken.filter((row) => row !== undefined).length
      )
      assert.strictEqual(yield* count, 1)
      assert.isAbove((yield* findWebhook({ webhookId: hook.id })).pausedUntil!.getTime(), (yield* now).getTime())
      assert.strictEqual(yield* count, 0)
      // whose prober died
      yield* advance("21 seconds")
      assert.strictEqual(yield* count, 1)
    }).pipe(ManualClock.provide)
  )

  it.effect("has so many requests at a time and no more, and a turn that nobody gives back ends", () =>
    Effect.gen(function* () {
      const hook = yield* quietHook("http://127.0.0.1:1/")
      const { advance } = yield* ManualClock
      const take = (jobId: number) => takeTurn({ webhookId: hook.id, jobId, lease: lease20, urgent: true })
      const all = yield* Effect.forEach(
        Array.from({ length: IN_FLIGHT + 3 }, (_, index) => index),
        take,
        {
          concurrency: "unbounded"
        }
      )
      assert.strictEqual(all.filter((row) => row !== undefined).length, IN_FLIGHT)
      const holder = all.findIndex((row) => row !== undefined)
      yield* returnTurn(hook.id, holder)
      assert.isDefined(yield* take(100))
      assert.isUndefined(yield* take(101))
      yield* advance("21 seconds")
      assert.isDefined(yield* take(101))
    }).pipe(ManualClock.provide)
  )

  it.effect("that is left alone hears a ping and a redelivery that somebody asks for", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { received, url } = yield* receiver()
      const hook = yield* quietHook(url)
      const id = yield* tell(hook)
      const { run } = yield* Database
      const open = { failuresInARow: 9, pausedUntil: new Date("2126-01-01") }
      const opened = run((db) => db.update(webhooks).set(open).where(eq(webhooks.id, hook.id)))
      yield* opened
      yield* deliverAll
      assert.isEmpty(received)

      yield* redeliver({ deliveryId: id })
      yield* deliverAll
      assert.lengthOf(received, 1)
      assert.deepStrictEqual(yield* stateOf(hook.id), { failuresInARow: 0, open: false })
      yield* opened
      yield* pingWebhook({ webhookId: hook.id })
      yield* deliverAll
      assert.lengthOf(received, 2)
    })
  )

  it.effect("that hangs holds up no other's delivery", () =>
    Effect.gen(function* () {
      yield* noJobs
      const hung = yield* rawReceiver(() => {})
      const heard = yield* Deferred.make<void>()
      const services = yield* Effect.context()
      const well = yield* receiver((response) => {
        response.writeHead(204).end()
        Effect.runForkWith(services)(Deferred.succeed(heard, undefined))
      })
      const slow = yield* quietHook(`http://127.0.0.1:${hung.port}/`)
      const quick = yield* quietHook(well.url)
      for (let count = 0; count < 3 * IN_FLIGHT; count++) yield* tell(slow)
      yield* tell(quick) // behind them all

      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* JobRuntime.make({ handlers: [deliverWebhookHandler], concurrency: IN_FLIGHT + 2 })
          yield* Deferred.await(heard)
          // none of those that came before it has been answered, and no more were sent than may be
          assert.isAtMost(hung.connections(), IN_FLIGHT)
        })
      )
    })
  )

  it.effect("may cut its answer short, and what it said counts", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { url } = yield* receiver((response) => {
        response.writeHead(200, { "Content-Length": "100" })
        response.write("only this", () => response.destroy())
      })
      const id = yield* tell(yield* quietHook(url))
      yield* deliver
      const { attempts, state } = yield* deliveryOf(id)
      assert.strictEqual(state, "delivered")
      assert.deepInclude(attempts[0], { responseStatus: 200, responseBody: "only this" })
      assert.isNotEmpty(attempts[0]?.error)
    })
  )

  it.effect("may answer at length: what is kept is cut off after 64 KiB, and headers are too", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { url } = yield* receiver((response) => {
        response.writeHead(200, Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`X-${n}`, "y".repeat(1200)])))
        const more = () => {
          while (!response.destroyed && response.write("x".repeat(10_000)));
        }
        response.on("drain", more)
        more()
      })
      const id = yield* tell(yield* quietHook(url))
      yield* deliver
      const { attempts, state } = yield* deliveryOf(id)
      assert.strictEqual(state, "delivered")
      assert.lengthOf(attempts[0]!.responseBody!, 65_536)
      assert.isAtMost(JSON.stringify(attempts[0]!.responseHeaders).length, 10_000)
    })
  )

  it.effect("may answer ever so slowly: the time is up, and what came is kept", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { url } = yield* receiver((response) => {
        response.writeHead(200)
        response.write("slow")
      })
      const id = yield* tell(yield* quietHook(url))
      yield* deliver
      const { attempts, state } = yield* deliveryOf(id)
      assert.strictEqual(state, "delivered")
      assert.deepInclude(attempts[0], { responseStatus: 200, responseBody: "slow" })
      assert.include(attempts[0]?.error ?? "", "too long")
    })
  )

  const broken = [
    { way: "resets the connection", scheme: "http", take: "reset" },
    { way: "ends the connection without a word", scheme: "http", take: "end" },
    { way: "speaks no HTTP", scheme: "http", take: "nonsense" },
    { way: "never answers", scheme: "http", take: "nothing" },
    { way: "is not TLS, and should be", scheme: "https", take: "plain" }
  ] as const
  it.effect.each(broken)("that $way is tried again, with the reason on record", ({ scheme, take }) =>
    Effect.gen(function* () {
      yield* noJobs
      const { port } = yield* rawReceiver((socket) =>
        socket.once("data", () => {
          if (take === "reset") socket.resetAndDestroy()
          if (take === "end") socket.end()
          if (take === "nonsense") socket.end("hello?\r\n\r\n")
          if (take === "plain") socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        })
      )
      const hook = yield* quietHook(`${scheme}://127.0.0.1:${port}/`)
      const id = yield* tell(hook)
      yield* deliver
      const { attempts, state } = yield* deliveryOf(id)
      assert.strictEqual(state, "pending")
      assert.strictEqual((yield* jobOf(id))?.state, "errored")
      assert.lengthOf(attempts, 1)
      assert.isNull(attempts[0]!.responseStatus)
      assert.isNotEmpty(attempts[0]!.error)
      assert.deepInclude(yield* findWebhook({ webhookId: hook.id }), { failuresInARow: 1, lastStatus: null })
    })
  )

  it.effect("that nobody listens at is tried again", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { port } = yield* Effect.scoped(rawReceiver(() => {}))
      const id = yield* tell(yield* quietHook(`http://127.0.0.1:${port}/`))
      yield* deliver
      assert.include((yield* deliveryOf(id)).attempts[0]?.error ?? "", "ECONNREFUSED")
      assert.strictEqual((yield* jobOf(id))?.state, "errored")
    })
  )
})
