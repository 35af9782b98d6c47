import { Database, jobs } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { asc, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { createUser, events, recordEvent, webhookDeliveries, webhooks } from "../src/index.ts"
import { forge } from "./support.ts"
import { noJobs } from "./support/queue.ts"
import { scene } from "./support/scene.ts"

const addHook = (values: typeof webhooks.$inferInsert) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.insert(webhooks).values(values).returning({ id: webhooks.id })),
      ([row]) => row!.id
    )
  )

const deliveriesTo = (hooks: ReadonlyArray<number>) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .select()
        .from(webhookDeliveries)
        .where(inArray(webhookDeliveries.webhookId, [...hooks]))
        .orderBy(asc(webhookDeliveries.webhookId))
    )
  )

const jobsToDeliver = Database.use(({ run }) =>
  Effect.map(
    run((db) => db.select({ payload: jobs.payload }).from(jobs).where(eq(jobs.kind, "deliver_webhook"))),
    (rows) => rows.map(({ payload }) => (payload as { readonly deliveryId: string }).deliveryId).toSorted()
  )
)

const told = (repositoryId: number, body = {}) => recordEvent({ event: "status", repositoryId, body })

layer(forge(), { excludeTestServices: true })("an event", (it) => {
  it.effect("is delivered to the webhooks that hear of it, one delivery and one job each", () =>
    Effect.gen(function* () {
      yield* noJobs
      const [{ repositoryId }, other] = [yield* scene(), yield* scene()]
      const url = "http://127.0.0.1:1/"
      const named = yield* addHook({ repositoryId, url, events: ["push", "status"] })
      const all = yield* addHook({ repositoryId, url, events: ["*"] })
      const everywhere = yield* addHook({ url, events: ["status"] })
      const deaf = [
        yield* addHook({ repositoryId, url, events: ["push"] }),
        yield* addHook({ repositoryId, url, events: ["*"], active: false }),
        yield* addHook({ repositoryId: other.repositoryId, url, events: ["*"] })
      ]

      const id = yield* told(repositoryId, { sha: "abc" })

      const made = yield* deliveriesTo([named, all, everywhere])
      assert.deepStrictEqual(
        made.map(({ eventId, state, webhookId }) => ({ eventId, state, webhookId })),
        [named, all, everywhere].map((webhookId) => ({ eventId: id, state: "pending" as const, webhookId }))
      )
      assert.deepStrictEqual(yield* deliveriesTo(deaf), [])
      assert.deepStrictEqual(yield* jobsToDeliver, made.map((row) => row.id).toSorted())
    })
  )

  it.effect("says who, where and what as it was then", () =>
    Effect.gen(function* () {
      const { name, repositoryId } = yield* scene()
      const ada = yield* createUser({ login: "ada" })
      const hook = yield* addHook({ repositoryId, url: "http://127.0.0.1:1/", events: ["*"] })
      const { run } = yield* Database

      const id = yield* recordEvent({ event: "status", repositoryId, actorId: ada.id, body: { sha: "abc" } })

      const [row] = yield* run((db) => db.select().from(events).where(eq(events.id, id)))
      assert.deepInclude(row?.payload, { sha: "abc", sender: { id: ada.id, login: "ada", type: "User" } })
      assert.deepInclude(row?.payload["repository"], { id: repositoryId, full_name: name, private: true })
      const [delivery] = yield* deliveriesTo([hook])
      assert.deepStrictEqual(JSON.parse(delivery!.body), JSON.parse(JSON.stringify(row?.payload)))
    })
  )

  it.effect("that is rolled back was never told", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { repositoryId } = yield* scene()
      const hook = yield* addHook({ repositoryId, url: "http://127.0.0.1:1/", events: ["*"] })
      const { transaction } = yield* Database

      yield* Effect.flip(transaction(Effect.andThen(told(repositoryId), Effect.fail("no"))))

      assert.deepStrictEqual(yield* deliveriesTo([hook]), [])
      assert.deepStrictEqual(yield* jobsToDeliver, [])
    })
  )
})
