import { Database, DatabaseClock } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { type SQLWrapper, sql } from "drizzle-orm"
import { PgDialect } from "drizzle-orm/pg-core"
import { Duration, Effect } from "effect"
import { events, runDeliveryRetention, webhookAttempts, webhookDeliveries } from "../../src/index.ts"
import { oldDeliveries, oldEvents } from "../../src/webhooks/deliveryRetention.ts"
import { deliveriesQuery } from "../../src/webhooks/findDelivery.ts"
import { hooked, quietHook } from "../support/webhooks.ts"

const url = "http://127.0.0.1:1/hook"

const execute = (statement: ReturnType<typeof sql>) => Database.use(({ run }) => run((db) => db.execute(statement)))

/** `count` events, each with a delivery and an attempt: `old` of them past their time. */
const fill = Effect.fnUntraced(function* (count: number, old: number) {
  const { id: webhookId, repositoryId } = yield* quietHook(url, { active: false })
  const at = sql`now() - case when n <= ${old} then interval '31 days' else interval '29 days' end`
  yield* execute(sql`
    with told as (
      insert into events (repository_id, event, payload, created_at)
      select ${repositoryId}, 'push', '{}', ${at} from generate_series(1, ${count}) n returning id, created_at
    ), sent as (
      insert into webhook_deliveries (webhook_id, event_id, event, body, created_at)
      select ${webhookId}, id, 'push', '{}', created_at from told returning id
    )
    insert into webhook_attempts (delivery_id, request_url, request_headers, duration_millis)
    select id, '', '{}', 1 from sent`)
  return webhookId
})

const empty = execute(sql`truncate webhooks, webhook_deliveries, webhook_attempts, events cascade`)

const counts = Effect.gen(function* () {
  const { run } = yield* Database
  return {
    events: yield* run((db) => db.$count(events)),
    deliveries: yield* run((db) => db.$count(webhookDeliveries)),
    attempts: yield* run((db) => db.$count(webhookAttempts))
  }
})

/** The indexes that a statement is served by, and its scans of whole tables. */
const served = Effect.fnUntraced(function* (statement: SQLWrapper) {
  const { params, sql: text } = new PgDialect().sqlToQuery(statement.getSQL())
  const literal = (value: unknown) => (typeof value === "number" ? String(value) : `'${String(value)}'`)
  const bound = text.replaceAll(/\$(\d+)/g, (_, place) => literal(params[Number(place) - 1]))
  const rows = yield* execute(sql.raw(`explain (format json) ${bound}`))
  const plan = JSON.stringify(rows[0])
  return {
    indexes: [...plan.matchAll(/"Index Name":"(\w+)"/g)].map(([, name]) => name!),
    scans: [...plan.matchAll(/"Node Type":"(Seq Scan|Sort|Incremental Sort)"/g)].map(([, name]) => name!)
  }
})

layer(hooked(), { excludeTestServices: true })("the retention of deliveries", (it) => {
  it.effect("deletes what is past its time, in as many batches as it takes, and nothing else", () =>
    Effect.gen(function* () {
      yield* fill(25, 20)
      assert.deepStrictEqual(yield* runDeliveryRetention({ batch: 6 }), { deliveries: 20, events: 20 })
      assert.deepStrictEqual(yield* counts, { events: 5, deliveries: 5, attempts: 5 })
      assert.deepStrictEqual(yield* runDeliveryRetention({ batch: 6 }), { deliveries: 0, events: 0 })
      assert.deepStrictEqual(yield* runDeliveryRetention({ olderThan: "1 day" }), { deliveries: 5, events: 5 })
    })
  )

  it.effect("is shared by workers that do it at once: each row is one's", () =>
    Effect.gen(function* () {
      yield* empty
      yield* fill(400, 400)
      const all = yield* Effect.all(
        Array.from({ length: 4 }, () => runDeliveryRetention({ batch: 10 })),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(
        all.reduce((sum, { deliveries }) => sum + deliveries, 0),
        400
      )
      yield* runDeliveryRetention()
      assert.deepStrictEqual(yield* counts, { events: 0, deliveries: 0, attempts: 0 })
    })
  )

  it.effect("and lists of deliveries are served by indexes, on large tables", () =>
    Effect.gen(function* () {
      yield* empty
      const webhookId = yield* fill(50_000, 5000)
      yield* execute(sql`analyze webhook_deliveries, events, webhook_attempts`)
      const { db } = yield* Database
      const rows = { batch: 1000, olderThan: Duration.days(30), clock: yield* DatabaseClock }

      const deliveries = yield* served(oldDeliveries(db, rows))
      assert.deepStrictEqual(deliveries, { indexes: ["webhook_deliveries_created_idx"], scans: [] })
      assert.deepStrictEqual(yield* served(oldEvents(db, rows)), { indexes: ["events_created_idx"], scans: [] })
      const page = yield* served(deliveriesQuery(db, { webhookId, limit: 30 }))
      assert.deepStrictEqual(page.indexes, ["webhook_deliveries_webhook_idx"])
      assert.deepStrictEqual(page.scans, [])
      const [{ id }] = (yield* execute(sql`select id from webhook_deliveries offset 2500 limit 1`)) as never as [
        { id: string }
      ]
      const next = yield* served(deliveriesQuery(db, { webhookId, limit: 30, after: id }))
      assert.deepStrictEqual(next.indexes.toSorted(), ["webhook_deliveries_pkey", "webhook_deliveries_webhook_idx"])
      assert.deepStrictEqual(next.scans, [])
    })
  )
})
