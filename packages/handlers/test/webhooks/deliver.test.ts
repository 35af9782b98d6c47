import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { createHmac } from "node:crypto"
import { Webhook } from "standardwebhooks"
import {
  findPullRequest,
  findWebhook,
  listDeliveries,
  pingWebhook,
  redeliver,
  removeWebhook,
  setDraft,
  updateWebhook
} from "../../src/index.ts"
import { recordPullRequestEvent } from "../../src/events/recordPullRequestEvent.ts"
import { noJobs } from "../support/queue.ts"
import { receiver, statuses } from "../support/Receiver.ts"
import { scene } from "../support/scene.ts"
import {
  deliver,
  deliverAll,
  deliveryOf,
  hooked,
  jobOf,
  nextAttempt,
  quietHook,
  SECRET,
  tell
} from "../support/webhooks.ts"

layer(hooked(), { excludeTestServices: true })("a delivery", (it) => {
  it.effect("is one POST that receivers made for GitHub and for Standard Webhooks can check", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const hook = yield* quietHook(url)
      const id = yield* tell(hook)

      yield* deliverAll

      assert.lengthOf(received, 1)
      const [{ body, headers }] = received as [(typeof received)[number]]
      assert.deepInclude(headers, {
        "content-type": "application/json",
        accept: "*/*",
        "x-github-event": "status",
        "x-github-delivery": id,
        "x-github-hook-id": String(hook.id),
        "x-github-hook-installation-target-type": "repository",
        "x-github-hook-installation-target-id": String(hook.repositoryId),
        "webhook-id": id
      })
      assert.match(headers["user-agent"]!, /^Drover-Hookshot\/\d+\.\d+\.\d+$/)
      const hub = createHmac("sha256", SECRET).update(body).digest("hex")
      assert.strictEqual(headers["x-hub-signature-256"], `sha256=${hub}`)
      new Webhook(SECRET, { format: "raw" }).verify(body.toString(), headers as Record<string, string>)
      assert.deepInclude(JSON.parse(body.toString()), { sha: "abc" })
    })
  )

  it.effect("is written down with its request and its answer, and never with the secret", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver((response) => response.writeHead(201, { "X-Seen": "yes" }).end("thanks\u0000"))
      const hook = yield* quietHook(url)
      const id = yield* tell(hook)

      yield* deliverAll

      const delivery = yield* deliveryOf(id)
      assert.deepInclude(delivery, { state: "delivered", event: "status" })
      assert.isNotNull(delivery.finishedAt)
      const [attempt] = delivery.attempts
      assert.deepInclude(attempt, {
        redelivery: false,
        requestUrl: url,
        responseStatus: 201,
        responseBody: "thanks\uFFFD",
        error: null
      })
      assert.strictEqual(attempt!.requestHeaders["webhook-id"], id)
      assert.strictEqual(attempt!.responseHeaders?.["x-seen"], "yes")
      assert.notInclude(JSON.stringify([delivery, yield* findWebhook({ webhookId: hook.id })]), SECRET)
      const { failuresInARow, lastDeliveredAt, lastMessage, lastStatus } = yield* findWebhook({ webhookId: hook.id })
      assert.deepStrictEqual(
        { failuresInARow, lastMessage, lastStatus },
        { failuresInARow: 0, lastMessage: "OK", lastStatus: 201 }
      )
      assert.isNotNull(lastDeliveredAt)
    })
  )

  it.effect("as a form is one field, signed as the bytes that are sent", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      yield* tell(yield* quietHook(url, { contentType: "form" }))

      yield* deliverAll

      const [{ body, headers }] = received as [(typeof received)[number]]
      assert.strictEqual(headers["content-type"], "application/x-www-form-urlencoded")
      assert.deepInclude(JSON.parse(new URLSearchParams(body.toString()).get("payload")!), { sha: "abc" })
      const hub = createHmac("sha256", SECRET).update(body).digest("hex")
      assert.strictEqual(headers["x-hub-signature-256"], `sha256=${hub}`)
    })
  )

  it.effect("of a webhook without a secret is not signed", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const hook = yield* quietHook(url)
      yield* updateWebhook({ webhookId: hook.id, secret: null })
      yield* tell(hook)

      yield* deliverAll

      assert.isEmpty(Object.keys(received[0]!.headers).filter((name) => name.includes("signature")))
    })
  )

  it.effect("keeps its id and its body over all attempts, whatever becomes of the pull request", () =>
    Effect.gen(function* () {
      const { id: pullRequestId, repositoryId } = yield* scene({ draft: true })
      const sent: Array<unknown> = []
      const { received, url } = yield* receiver((response, { headers }) => {
        const id = headers["x-github-delivery"]
        sent.push(id)
        response.writeHead(sent.filter((other) => other === id).length < 3 ? 500 : 200).end()
      })
      const hook = yield* quietHook(url, { repositoryId, events: ["pull_request"] })
      const pull = (yield* findPullRequest(pullRequestId))!
      yield* recordPullRequestEvent(pull, { event: "pull_request", action: "opened" })
      const [delivery] = yield* listDeliveries({ webhookId: hook.id, limit: 1 })

      yield* deliver
      yield* setDraft({ pullRequestId, draft: false })
      assert.isFalse((yield* findPullRequest(pullRequestId))?.draft)
      yield* Effect.repeat(nextAttempt, {
        until: () => sent.filter((id) => id === delivery!.id).length === 3
      })

      const mine = received.filter(({ headers }) => headers["x-github-delivery"] === delivery!.id)
      assert.lengthOf(mine, 3)
      assert.lengthOf(new Set(mine.map(({ body }) => body.toString())), 1)
      const told = JSON.parse(mine[2]!.body.toString())
      assert.deepInclude(told, { action: "opened", number: pull.number })
      assert.isTrue(told.pull_request.draft)
      const { attempts, state } = yield* deliveryOf(delivery!.id)
      assert.strictEqual(state, "delivered")
      assert.lengthOf(attempts, 3)
    })
  )

  it.effect("of a webhook of all repositories comes from every repository", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const hook = yield* quietHook(url, { repositoryId: null })
      yield* tell(hook)
      yield* tell(hook)

      yield* deliverAll

      const repositories = received.map(({ body }) => JSON.parse(body.toString()).repository.id)
      assert.lengthOf(new Set(repositories), 2)
      assert.strictEqual(received[0]!.headers["x-github-hook-installation-target-type"], "organization")
      yield* removeWebhook({ webhookId: hook.id })
    })
  )

  it.effect("of a webhook that was deactivated, or removed, meanwhile is not sent", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const hook = yield* quietHook(url)
      const id = yield* tell(hook)
      yield* updateWebhook({ webhookId: hook.id, active: false })
      yield* deliver
      assert.strictEqual((yield* deliveryOf(id)).state, "failed")
      assert.deepInclude(yield* jobOf(id), {
        state: "failed",
        failureMessage: "The webhook is not active: activate it, and redeliver"
      })

      const gone = yield* quietHook(url)
      const lost = yield* tell(gone)
      yield* removeWebhook({ webhookId: gone.id })
      yield* deliver

      assert.strictEqual((yield* jobOf(lost))?.state, "completed")
      assert.isEmpty(received)
    })
  )

  it.effect("rests for as long as the receiver asks, and for no less than the schedule has", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver((response, _request, count) =>
        response.writeHead(count === 0 ? 429 : 503, { "Retry-After": count === 0 ? "3600" : "0" }).end()
      )
      const id = yield* tell(yield* quietHook(url))

      yield* deliver
      const asked = yield* jobOf(id)
      assert.strictEqual(asked?.state, "errored")
      assert.isAbove(asked!.rest, 3500)
      yield* redeliver({ deliveryId: id })
      yield* noJobs

      const other = yield* tell(
        yield* quietHook((yield* receiver((response) => response.writeHead(503, { "Retry-After": "0" }).end())).url)
      )
      yield* deliver
      assert.isAbove((yield* jobOf(other))!.rest, 2)
    })
  )

  it.effect("is tried eight times at most, and then has failed", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver(statuses(500))
      const hook = yield* quietHook(url)
      const id = yield* tell(hook)

      yield* deliver
      for (let attempt = 1; attempt < 8; attempt++) {
        assert.strictEqual((yield* deliveryOf(id)).state, "pending")
        yield* updateWebhook({ webhookId: hook.id }) // closes the circuit
        yield* nextAttempt
      }

      assert.lengthOf(received, 8)
      assert.strictEqual((yield* deliveryOf(id)).state, "failed")
      assert.strictEqual((yield* jobOf(id))?.state, "failed")
    })
  )

  it.effect("is not sent where a redirect leads", () =>
    Effect.gen(function* () {
      const target = yield* receiver()
      const { url } = yield* receiver((response) => response.writeHead(307, { Location: target.url }).end())
      const id = yield* tell(yield* quietHook(url))

      yield* deliver

      const { attempts, state } = yield* deliveryOf(id)
      assert.strictEqual(state, "failed")
      assert.strictEqual(attempts[0]?.responseStatus, 307)
      assert.isEmpty(target.received)
    })
  )

  it.effect("that is answered with 410 deactivates its webhook", () =>
    Effect.gen(function* () {
      const { url } = yield* receiver(statuses(410))
      const hook = yield* quietHook(url)
      const id = yield* tell(hook)

      yield* deliver

      assert.strictEqual((yield* deliveryOf(id)).state, "failed")
      const { active, lastMessage } = yield* findWebhook({ webhookId: hook.id })
      assert.isFalse(active)
      assert.include(lastMessage ?? "", "deactivated")
    })
  )

  it.effect("is sent again on request: the same body under the same id, with the url and the secret of now", () =>
    Effect.gen(function* () {
      const [old, moved] = [yield* receiver(statuses(404)), yield* receiver()]
      const hook = yield* quietHook(old.url)
      const id = yield* tell(hook)
      yield* deliver
      yield* updateWebhook({ webhookId: hook.id, url: moved.url, secret: Redacted.make("another") })

      yield* redeliver({ deliveryId: id })
      yield* deliver

      assert.deepStrictEqual(moved.received[0]?.body, old.received[0]?.body)
      const { headers } = moved.received[0]!
      assert.strictEqual(headers["x-github-delivery"], id)
      const hub = createHmac("sha256", "another").update(moved.received[0]!.body).digest("hex")
      assert.strictEqual(headers["x-hub-signature-256"], `sha256=${hub}`)
      const { attempts, state } = yield* deliveryOf(id)
      assert.strictEqual(state, "delivered")
      assert.deepStrictEqual(
        attempts.map(({ redelivery }) => redelivery),
        [false, true]
      )
      // the attempt that was to come finds that it is not needed
      yield* nextAttempt
      assert.lengthOf(moved.received, 1)
    })
  )

  it.effect("of a ping says what the webhook is, on adding it and on demand", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver()
      const hook = yield* quietHook(url)
      yield* pingWebhook({ webhookId: hook.id })

      yield* deliverAll

      assert.lengthOf(yield* listDeliveries({ webhookId: hook.id }), 2)
      const [{ body, headers }] = received as [(typeof received)[number]]
      assert.strictEqual(headers["x-github-event"], "ping")
      const told = JSON.parse(body.toString())
      assert.isNotEmpty(told.zen)
      assert.strictEqual(told.hook_id, hook.id)
      assert.deepInclude(told.hook, { active: true, events: ["status"] })
      assert.deepInclude(told.hook.config, { url, content_type: "json", secret: "********" })
      assert.strictEqual(told.repository.id, hook.repositoryId)
      assert.strictEqual(told.sender.login, "drover")
    })
  )
})
