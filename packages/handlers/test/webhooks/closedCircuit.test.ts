import { Database, JobRuntime, jobs } from "@drover/core"
import { ManualClock } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { eq, inArray, sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import type { ServerResponse } from "node:http"
import { deliverWebhookHandler, pingWebhook, updateWebhook, webhooks } from "../../src/index.ts"
import { selectWaiting } from "../../src/webhooks/sendWaiting.ts"
import { IN_FLIGHT } from "../../src/webhooks/turns.ts"
import { execute, planOf } from "../support/plans.ts"
import { receiver } from "../support/Receiver.ts"
import { deliver, deliverAll, deliveryOf, hooked, jobOf, quietHook, tell } from "../support/webhooks.ts"

const clock = ManualClock.layer.pipe(Layer.provideMerge(hooked()))

/** A webhook whose circuit is open for a quarter of an hour, with so many deliveries put off till then. */
const putOff = Effect.fnUntraced(function* (hook: Effect.Success<ReturnType<typeof quietHook>>, count: number) {
  const { run } = yield* Database
  const { now } = yield* ManualClock
  const pausedUntil = new Date((yield* now).getTime() + 15 * 60_000)
  yield* run((db) => db.update(webhooks).set({ failuresInARow: 12, pausedUntil }).where(eq(webhooks.id, hook.id)))
  const ids: Array<string> = []
  for (let made = 0; made < count; made++) ids.push(yield* tell(hook))
  yield* deliverAll
  const rests = Effect.forEach(ids, (id) => Effect.map(jobOf(id), (job) => job!.processAfter.getTime()))
  for (const at of yield* rests) assert.isAtLeast(at, pausedUntil.getTime())
  return { ids, rests, now: Effect.map(now, (date) => date.getTime()) }
})

layer(clock, { excludeTestServices: true })("what waits for an endpoint", (it) => {
  it.effect("is due soon when one to it was delivered, one after the other, the oldest first", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const [hook, another] = [yield* quietHook(url), yield* quietHook(url)]
      const { ids, now, rests } = yield* putOff(hook, 8)
      const other = yield* putOff(another, 1)

      yield* pingWebhook({ webhookId: hook.id })
      yield* deliver

      assert.lengthOf(received, 1)
      const at = yield* now
      const due = yield* rests
      assert.deepStrictEqual(
        due.map((time) => time - at),
        ids.map((_, place) => place * 50)
      )
      assert.isAbove((yield* other.rests)[0]!, at + 60_000)
      yield* (yield* ManualClock).advance("1 second")
      yield* deliverAll.pipe(
        Effect.andThen((yield* ManualClock).advance("1 second")),
        Effect.repeat({ until: () => received.length > ids.length })
      )
      for (const id of ids) assert.strictEqual((yield* deliveryOf(id)).state, "delivered")
      assert.strictEqual((yield* deliveryOf(other.ids[0]!)).state, "pending")
    }).pipe(ManualClock.provide)
  )

  it.effect("is due soon when the webhook was changed", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver()
      const hook = yield* quietHook("http://127.0.0.1:1/")
      const { now, rests } = yield* putOff(hook, 3)
      yield* updateWebhook({ webhookId: hook.id, url })
      for (const time of yield* rests) assert.isBelow(time, (yield* now) + 1000)
    }).pipe(ManualClock.provide)
  )

  it.effect("keeps a rest of its own, and what is due already", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver()
      const hook = yield* quietHook(url)
      const { ids, now, rests } = yield* putOff(hook, 3)
      const { run } = yield* Database
      const [rested, due] = yield* Effect.forEach(ids, (id) => Effect.map(jobOf(id), (job) => job!.id))
      yield* run((db) =>
        db
          .update(jobs)
          .set({ state: "errored" })
          .where(inArray(jobs.id, [rested!]))
      )
      const before = new Date((yield* now) - 1000)
      yield* run((db) => db.update(jobs).set({ processAfter: before }).where(eq(jobs.id, due!)))
      const [rest] = yield* rests

      yield* updateWebhook({ webhookId: hook.id })

      const [first, second, third] = yield* rests
      assert.deepStrictEqual([first, second], [rest, before.getTime()])
      assert.isBelow(third!, (yield* now) + 1000)
    }).pipe(ManualClock.provide)
  )

  it.effect("comes in no herd: no more are on their way at a time than ever", () =>
    Effect.gen(function* () {
      const open = new Set<ServerResponse>()
      let most = 0
      const { received, url } = yield* receiver((response) => {
        open.add(response)
        most = Math.max(most, open.size)
        setImmediate(() => {
          open.delete(response)
          response.writeHead(204).end()
        })
      })
      const hook = yield* quietHook(url)
      const { ids } = yield* putOff(hook, 30)
      yield* updateWebhook({ webhookId: hook.id })
      yield* (yield* ManualClock).advance("1 hour")

      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* JobRuntime.make({ handlers: [deliverWebhookHandler], concurrency: 4 * IN_FLIGHT })
          yield* (yield* ManualClock)
            .advance("1 second")
            .pipe(
              Effect.andThen(Effect.sleep("20 millis")),
              Effect.repeat({ until: () => new Set(received.map(({ headers }) => headers["webhook-id"])).size === 30 })
            )
        })
      )

      assert.isAtMost(most, IN_FLIGHT)
      for (const id of ids) assert.strictEqual((yield* deliveryOf(id)).state, "delivered")
    }).pipe(ManualClock.provide)
  )

  it.effect("is found by indexes, among many", () =>
    Effect.gen(function* () {
      const hook = yield* quietHook("http://127.0.0.1:1/")
      const busy = yield* quietHook("http://127.0.0.1:1/")
      yield* execute(
        `insert into webhook_deliveries (webhook_id, event, body, state, created_at)
         select case when n % 100 = 0 then ${hook.id} else ${busy.id} end, 'push', '{}',
           case when n % 4 = 0 then 'pending' else 'delivered' end,
           now() - n * interval '1 second' from generate_series(1, 50000) n`
      )
      yield* execute(
        `insert into jobs (kind, payload, dedupe_key, process_after)
         select 'deliver_webhook', '{}', id::text, now() + interval '10 minutes' from webhook_deliveries where state = 'pending'
         on conflict do nothing`
      )
      yield* execute("vacuum analyze webhook_deliveries, jobs")
      for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
        const plan = yield* planOf(() => selectWaiting(hook.id, sql`statement_timestamp()`), mode)
        assert.include(plan.indexes, "webhook_deliveries_pending_idx")
        assert.include(plan.indexes, "jobs_dedupe_idx")
        assert.notInclude(plan.scans, "Seq Scan")
        assert.isAtMost(plan.buffers, 5000)
      }
    })
  )
})
