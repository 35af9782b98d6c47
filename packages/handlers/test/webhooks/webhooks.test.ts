import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect, Redacted } from "effect"
import {
  addWebhook,
  createUser,
  findDelivery,
  findWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
  redeliver,
  removeWebhook,
  setRole,
  updateWebhook,
  webhookDeliveries,
  webhooks
} from "../../src/index.ts"
import { hooked, jobOf, quietHook, repository, SECRET, tell } from "../support/webhooks.ts"

const url = "http://127.0.0.1:1/hook"

const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

layer(hooked(), { excludeTestServices: true })("a webhook", (it) => {
  it.effect("is added, with a ping, and shown with its secret masked", () =>
    Effect.gen(function* () {
      const repositoryId = yield* repository
      const added = yield* addWebhook({ repositoryId, url, secret: Redacted.make(SECRET) })

      assert.deepInclude(added, { url, active: true, contentType: "json", secret: "********", repositoryId })
      assert.deepStrictEqual(added.events, ["push"])
      assert.notProperty(added, "inFlight")
      assert.deepStrictEqual(yield* findWebhook({ webhookId: added.id }), added)
      assert.deepStrictEqual(yield* listWebhooks({ repositoryId }), [added])
      const pings = yield* listDeliveries({ webhookId: added.id })
      assert.deepStrictEqual(
        pings.map(({ event, state }) => ({ event, state })),
        [{ event: "ping", state: "pending" }]
      )
      assert.strictEqual((yield* jobOf(pings[0]!.id))?.state, "queued")
    })
  )

  it.effect("that is added inactive is not pinged", () =>
    Effect.gen(function* () {
      const { id } = yield* addWebhook({ repositoryId: yield* repository, url, active: false })
      assert.isEmpty(yield* listDeliveries({ webhookId: id }))
    })
  )

  it.effect("of all repositories is listed by itself, and is the operator's", () =>
    Effect.gen(function* () {
      const { id: actorId } = yield* createUser({ login: "climber" })
      const { id: webhookId } = yield* quietHook(url, { repositoryId: null })
      assert.deepStrictEqual(
        (yield* listWebhooks({ repositoryId: null })).map(({ id }) => id),
        [webhookId]
      )
      assert.strictEqual(yield* tagOf(addWebhook({ repositoryId: null, actorId, url })), "WebhookRejected")
      assert.strictEqual(yield* tagOf(listWebhooks({ repositoryId: null, actorId })), "WebhookRejected")
      assert.strictEqual(yield* tagOf(findWebhook({ webhookId, actorId })), "WebhookUnknown")
      yield* removeWebhook({ webhookId })
    })
  )

  it.effect.each(
    [
      "/hook",
      "//example.com/hook",
      "example.com",
      "ftp://example.com/",
      "http:example.com",
      "file:///etc/passwd",
      "https://ada:secret@example.com/",
      "https://example.com/#part",
      "http://10.0.0.1/",
      "http://[::1]/",
      "http://0xA9FEA9FE/",
      "http://169.254.169.254/latest"
    ].map((bad) => ({ bad }))
  )("cannot have the url $bad", ({ bad }) =>
    Effect.gen(function* () {
      const repositoryId = yield* repository
      const added = yield* Effect.flip(addWebhook({ repositoryId, url: bad }))
      assert.deepInclude(added, { _tag: "WebhookRejected", field: "url" })
      assert.isEmpty(yield* listWebhooks({ repositoryId }))
      const { id: webhookId } = yield* quietHook(url)
      assert.strictEqual(yield* tagOf(updateWebhook({ webhookId, url: bad })), "WebhookRejected")
      assert.strictEqual((yield* findWebhook({ webhookId })).url, url)
    })
  )

  it.effect("cannot hear of nothing, or of what there is not, or have a secret that cannot sign", () =>
    Effect.gen(function* () {
      const repositoryId = yield* repository
      const fieldOf = (values: object) =>
        Effect.map(Effect.flip(addWebhook({ repositoryId, url, ...values })), (error) =>
          error._tag === "WebhookRejected" ? error.field : error._tag
        )
      assert.strictEqual(yield* fieldOf({ events: [] }), "events")
      assert.strictEqual(yield* fieldOf({ events: ["push", "star"] }), "events")
      assert.strictEqual(yield* fieldOf({ secret: Redacted.make("") }), "secret")
      assert.strictEqual(yield* fieldOf({ secret: Redacted.make("whsec_short") }), "secret")
    })
  )

  it.effect("is changed in what is named, and its failures are forgotten", () =>
    Effect.gen(function* () {
      const { id: webhookId } = yield* quietHook(url)
      const { run } = yield* Database
      const broken = { failuresInARow: 7, pausedUntil: new Date("2126-01-01") }
      yield* run((db) => db.update(webhooks).set(broken).where(eq(webhooks.id, webhookId)))

      const changed = yield* updateWebhook({ webhookId, events: ["push", "*", "push"], contentType: "form" })

      assert.deepInclude(changed, {
        url,
        contentType: "form",
        secret: "********",
        failuresInARow: 0,
        pausedUntil: null
      })
      assert.deepStrictEqual(changed.events, ["push", "*"])
      assert.isNull((yield* updateWebhook({ webhookId, secret: null })).secret)
    })
  )

  it.effect("is for admins of its repository", () =>
    Effect.gen(function* () {
      const hook = yield* quietHook(url)
      const { id: webhookId, repositoryId } = hook
      const deliveryId = yield* tell(hook)
      const { id: actorId } = yield* createUser({ login: "writer" })
      const named = Effect.mapError(({ _tag }: { readonly _tag: string }) => _tag)
      const all = () => [
        named(addWebhook({ repositoryId: repositoryId!, actorId, url })),
        named(listWebhooks({ repositoryId, actorId })),
        named(findWebhook({ webhookId, actorId })),
        named(updateWebhook({ webhookId, actorId, active: true })),
        named(pingWebhook({ webhookId, actorId })),
        named(listDeliveries({ webhookId, actorId })),
        named(findDelivery({ deliveryId, actorId })),
        named(redeliver({ deliveryId, actorId })),
        named(removeWebhook({ webhookId, actorId }))
      ]
      for (const operation of all()) {
        assert.include(["RepositoryUnknown", "WebhookUnknown", "DeliveryUnknown"], yield* Effect.flip(operation))
      }
      yield* setRole({ repositoryId: repositoryId!, userId: actorId, role: "write" })
      for (const operation of all()) assert.strictEqual(yield* Effect.flip(operation), "Forbidden")
      yield* setRole({ repositoryId: repositoryId!, userId: actorId, role: "admin" })
      for (const operation of all()) yield* operation
      assert.strictEqual(yield* tagOf(findWebhook({ webhookId, actorId })), "WebhookUnknown")
      assert.strictEqual(yield* tagOf(findDelivery({ deliveryId })), "DeliveryUnknown")
      assert.strictEqual(yield* tagOf(findDelivery({ deliveryId: "x" })), "DeliveryUnknown")
    })
  )
})

layer(hooked(), { excludeTestServices: true })("deliveries", (it) => {
  it.effect("are listed the newest first, page by page, none twice and none left out, those of one moment too", () =>
    Effect.gen(function* () {
      const { run } = yield* Database
      const { id: webhookId } = yield* quietHook(url, { active: false })
      yield* run((db) => db.delete(webhookDeliveries))
      const moments = ["2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00.000002Z", "2026-01-01T00:00:00.000002Z"]
      for (const [index, moment] of [...moments, ...moments].entries()) {
        const state = index % 2 === 0 ? "failed" : "delivered"
        yield* run((db) =>
          db.execute(
            sql`insert into webhook_deliveries (webhook_id, event, body, state, created_at) values (${webhookId}, 'push', '{}', ${state}, ${moment})`
          )
        )
      }

      const pages = Effect.fnUntraced(function* (state?: "failed") {
        const seen: Array<string> = []
        for (let after: string | undefined; ; after = seen.at(-1)) {
          const page = yield* listDeliveries({ webhookId, limit: 2, after, state })
          if (page.length === 0) return seen
          seen.push(...page.map(({ id }) => id))
        }
      })
      const inOrder = yield* run((db) =>
        db.execute<{ id: string }>(sql`select id from webhook_deliveries order by created_at desc, id desc`)
      )
      assert.deepStrictEqual(
        yield* pages(),
        inOrder.map(({ id }) => id)
      )
      assert.lengthOf(yield* pages("failed"), 3)
      assert.strictEqual(yield* tagOf(listDeliveries({ webhookId, after: "no id" })), "DeliveryUnknown")
    })
  )
})
