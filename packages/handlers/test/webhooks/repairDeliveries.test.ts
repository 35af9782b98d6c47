import { Database, DatabaseClock, jobs, JobQueue } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { redeliver, repairDeliveries } from "../../src/index.ts"
import { selectUnseen } from "../../src/webhooks/repairDeliveries.ts"
import { MOST_LOST } from "../../src/webhooks/lostDelivery.ts"
import { execute, planOf } from "../support/plans.ts"
import { noJobs } from "../support/queue.ts"
import { receiver, statuses } from "../support/Receiver.ts"
import { deliver, deliverAll, deliveryOf, hooked, jobOf, quietHook, tell } from "../support/webhooks.ts"

/** Eleven minutes later. */
const later = execute("update webhook_deliveries set job_seen_at = job_seen_at - interval '11 minutes'")

/** A webhook, and no delivery of anything. */
const hookOf = (url: string) => Effect.tap(quietHook(url), execute("truncate webhook_deliveries cascade"))

const repairLater = Effect.andThen(later, repairDeliveries())

const endAs = (state: "failed" | "canceled") =>
  Database.use(({ run }) => run((db) => db.update(jobs).set({ state, finishedAt: sql`statement_timestamp()` })))

layer(hooked(), { excludeTestServices: true })("a delivery", (it) => {
  for (const [way, end] of [
    ["was deleted", noJobs],
    ["failed without a word", endAs("failed")],
    ["was canceled", endAs("canceled")]
  ] as const) {
    it.effect(`whose job ${way} gets another, and is sent`, () =>
      Effect.gen(function* () {
        const { received, url } = yield* receiver()
        const id = yield* tell(yield* hookOf(url))
        yield* end
        assert.deepStrictEqual(yield* repairDeliveries(), { asked: [], failed: [] }) // it may be on its way
        assert.deepStrictEqual(yield* repairLater, { asked: [id], failed: [] })
        assert.deepStrictEqual(yield* repairDeliveries(), { asked: [], failed: [] })

        yield* deliverAll
        assert.lengthOf(received, 1)
        assert.deepInclude(yield* deliveryOf(id), { state: "delivered", jobsLost: 1, failureMessage: null })
        assert.deepStrictEqual(yield* repairLater, { asked: [], failed: [] })
      })
    )
  }

  it.effect("whose job waits, rests, is under way, or was asked for again is left to it", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver(statuses(500))
      const hook = yield* hookOf(url)
      const rests = yield* tell(hook)
      yield* deliver
      assert.strictEqual((yield* jobOf(rests))?.state, "errored")
      const waits = yield* tell(hook)
      const running = yield* tell(hook)
      const { run } = yield* Database
      const one = eq(sql`${jobs.payload}->>'deliveryId'`, running)
      yield* run((db) =>
        db
          .update(jobs)
          .set({ state: "processing", startedAt: sql`now()` })
          .where(one)
      )
      const again = yield* tell(hook)
      yield* run((db) => db.delete(jobs).where(eq(sql`${jobs.payload}->>'deliveryId'`, again)))
      yield* redeliver({ deliveryId: again })

      assert.deepStrictEqual(yield* repairLater, { asked: [], failed: [] })

      for (const id of [rests, waits, running, again]) {
        assert.deepInclude(yield* deliveryOf(id), { state: "pending", jobsLost: 0 })
      }
    })
  )

  it.effect("that loses its job again and again has failed and says why, and can be sent again", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const id = yield* tell(yield* hookOf(url))
      for (let lost = 0; lost < MOST_LOST; lost++) {
        yield* noJobs
        assert.deepStrictEqual((yield* repairLater).asked, [id])
      }
      yield* noJobs
      assert.deepStrictEqual(yield* repairLater, { asked: [], failed: [id] })
      const failed = yield* deliveryOf(id)
      assert.strictEqual(failed.state, "failed")
      assert.isNotNull(failed.finishedAt)
      assert.match(failed.failureMessage ?? "", /ended 4 times without a word.*redeliver/)
      assert.deepStrictEqual(yield* repairLater, { asked: [], failed: [] })

      yield* redeliver({ deliveryId: id })
      assert.deepInclude(yield* deliveryOf(id), { state: "pending", jobsLost: 0, failureMessage: null })
      yield* deliverAll
      assert.lengthOf(received, 1)
      assert.strictEqual((yield* deliveryOf(id)).state, "delivered")
    })
  )

  it.effect("is repaired by one of many who do it at once, so many at a time, and with its job or not at all", () =>
    Effect.gen(function* () {
      const hook = yield* hookOf("http://127.0.0.1:1/")
      const ids: Array<string> = []
      for (let count = 0; count < 30; count++) ids.push(yield* tell(hook))
      yield* noJobs
      yield* later
      const queue = yield* JobQueue
      const gone = { ...queue, enqueue: () => Effect.die("gone") }
      yield* Effect.exit(Effect.provideService(repairDeliveries(), JobQueue, gone))
      assert.deepInclude(yield* deliveryOf(ids[0]!), { jobsLost: 0 })

      const workers = Array.from({ length: 4 }, () => repairDeliveries({ limit: 5 }))
      const asked: Array<string> = []
      while (asked.length < ids.length) {
        const all = yield* Effect.all(workers, { concurrency: "unbounded" })
        for (const one of all) assert.isAtMost(one.asked.length, 5)
        asked.push(...all.flatMap((one) => one.asked))
      }

      assert.sameMembers(asked, ids)
      assert.lengthOf(asked, ids.length)
    })
  )

  it.effect("is looked for by indexes, among many", () =>
    Effect.gen(function* () {
      const hook = yield* hookOf("http://127.0.0.1:1/")
      yield* execute(
        `insert into webhook_deliveries (webhook_id, event, body, state, job_seen_at)
         select ${hook.id}, 'push', '{}', case when n % 50 = 0 then 'pending' else 'delivered' end,
           now() - interval '1 hour' + n * interval '1 millisecond' from generate_series(1, 50000) n`
      )
      yield* execute(
        `insert into jobs (kind, payload, dedupe_key)
         select 'deliver_webhook', '{}', id::text from webhook_deliveries where state = 'pending'`
      )
      yield* execute("vacuum analyze webhook_deliveries, jobs")
      const now = yield* DatabaseClock
      for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
        const plan = yield* planOf((db) => selectUnseen(db, { clock: now, age: Duration.minutes(10), limit: 20 }), mode)
        assert.include(plan.indexes, "webhook_deliveries_job_seen_idx")
        assert.include(plan.indexes, "jobs_dedupe_idx")
        assert.notInclude(plan.scans, "Seq Scan")
        assert.notInclude(plan.scans, "Sort")
        assert.isAtMost(plan.buffers, 400)
      }
    })
  )
})
