import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { createHmac } from "node:crypto"
import {
  corporate,
  deliveries,
  github,
  hosted,
  isDue,
  looked,
  post,
  pullRequestHook,
  seenChangeset,
  send,
  served
} from "../../support/hostHooks.ts"
import { execute } from "../../support/plans.ts"
import { untilBlockedAre } from "../../support/queue.ts"

layer(served(), { excludeTestServices: true, timeout: "60 seconds" })("a webhook of a code host", (it) => {
  it.effect("has its pull request looked at, and no other, and says nothing of its state", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const [one, other] = [yield* seenChangeset(id, "7"), yield* seenChangeset(id, "8")]
      const before = yield* execute(`select to_jsonb(c) - 'synced_at' as row from changesets c where id = ${one}`)
      assert.strictEqual(yield* send({ payload: pullRequestHook(externalName, 7) }), 202)
      assert.isTrue(yield* isDue(one))
      assert.isFalse(yield* isDue(other))
      const after = yield* execute(`select to_jsonb(c) - 'synced_at' as row from changesets c where id = ${one}`)
      assert.deepStrictEqual(after, before)
    })
  )

  it.effect("finds them by branch, by base, by commit, and all of a repository that changed", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const main = yield* seenChangeset(id, "7")
      const next = yield* seenChangeset(id, "8", { externalBaseRef: "next" })
      const repository = { full_name: externalName }
      for (const [event, payload, due] of [
        ["push", { ref: "refs/heads/drover/7" }, [main]],
        ["push", { ref: "refs/heads/main" }, [main]],
        ["push", { ref: "refs/heads/next" }, [next]],
        ["push", { ref: "refs/heads/other" }, []],
        ["status", { sha: "sha-8" }, [next]],
        ["check_suite", { action: "completed", check_suite: { head_sha: "sha-7" } }, [main]],
        ["repository", { action: "archived" }, [main, next]],
        ["ping", { zen: "Anything added dilutes everything else." }, []]
      ] as const) {
        assert.strictEqual(yield* send({ event, payload: { ...payload, repository } }), 202)
        for (const changeset of [main, next]) {
          assert.strictEqual(yield* isDue(changeset), (due as ReadonlyArray<number>).includes(changeset), event)
          yield* looked(changeset)
        }
      }
    })
  )

  it.effect("is refused where it is not signed with a secret, and nothing is written", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const changeset = yield* seenChangeset(id, "7")
      const payload = pullRequestHook(externalName, 7)
      const before = yield* deliveries
      const forged = { payload, delivery: "forged" }
      assert.strictEqual(yield* send({ ...forged, secret: "another" }), 401)
      assert.strictEqual(yield* send({ ...forged, secret: "" }), 401)
      assert.strictEqual(yield* send({ ...forged, secret: "corporate" }), 401, "of another host")
      assert.strictEqual(yield* send({ ...forged, headers: { "x-hub-signature-256": "" } }), 401)
      const bare = { "x-github-event": "pull_request", "x-github-delivery": "forged" }
      assert.strictEqual(yield* post("github", JSON.stringify(payload), bare), 401)
      // what makes no sense is not said to whoever is not proved
      assert.strictEqual(yield* send({ payload: "{", secret: "another" }), 401)
      assert.isFalse(yield* isDue(changeset))
      assert.deepStrictEqual(yield* deliveries, before)
    })
  )

  it.effect("is taken with any secret that the host has while it is changed", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const changeset = yield* seenChangeset(id, "7")
      for (const secret of ["newer", "older"]) {
        assert.strictEqual(yield* send({ payload: pullRequestHook(externalName, 7), secret }), 202)
        assert.isTrue(yield* isDue(changeset))
        yield* looked(changeset)
      }
    })
  )

  it.effect("that comes again changes nothing", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const changeset = yield* seenChangeset(id, "7")
      const hook = { payload: pullRequestHook(externalName, 7), delivery: "again" }
      assert.strictEqual(yield* send(hook), 202)
      yield* looked(changeset)
      assert.strictEqual(yield* send(hook), 202)
      assert.isFalse(yield* isDue(changeset))
      // another host may call another hook the same
      const elsewhere = yield* hosted(corporate)
      const theirs = yield* seenChangeset(elsewhere.id, "7")
      const payload = pullRequestHook(elsewhere.externalName, 7)
      yield* send({ ...hook, payload, path: "github/corporate", secret: "corporate" })
      assert.isTrue(yield* isDue(theirs))
    })
  )

  it.effect("that comes twice at a time is heard once", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const changeset = yield* seenChangeset(id, "7")
      const hook = { payload: pullRequestHook(externalName, 7), delivery: "twice" }
      const { begin } = yield* Database
      const held = yield* begin
      yield* held.use(execute(`select 1 from changesets where id = ${changeset} for update`))
      const sent = yield* Effect.forkChild(Effect.all([send(hook), send(hook)], { concurrency: 2 }))
      // one for the changeset, and the other one for the first
      yield* untilBlockedAre(2)
      yield* held.commit
      assert.deepStrictEqual(yield* Fiber.join(sent), [202, 202])
      assert.isTrue(yield* isDue(changeset))
      assert.deepStrictEqual(
        (yield* deliveries).filter((delivery) => delivery === "twice"),
        ["twice"]
      )
      const [writes] = yield* execute(`select xmin::text::bigint = (select xmin::text::bigint from host_deliveries
        where delivery_id = 'twice') as one from changesets where id = ${changeset}`)
      assert.isTrue(writes!["one"], "both are one transaction")
    }).pipe(Effect.scoped)
  )

  it.effect("whose work fails is heard when it comes again", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const changeset = yield* seenChangeset(id, "7")
      const hook = { payload: pullRequestHook(externalName, 7), delivery: "failed" }
      yield* execute(`alter table changesets add constraint no_hints check (synced_at is not null) not valid`)
      assert.strictEqual(yield* send(hook), 503)
      assert.notInclude(yield* deliveries, "failed")
      yield* execute(`alter table changesets drop constraint no_hints`)
      assert.strictEqual(yield* send(hook), 202)
      assert.isTrue(yield* isDue(changeset))
    })
  )

  it.effect("touches no repository of the same name on another host, or on the forge", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted(github)
      const elsewhere = yield* hosted(corporate, externalName)
      const [ours, theirs] = [yield* seenChangeset(id, "7"), yield* seenChangeset(elsewhere.id, "7")]
      assert.strictEqual(
        yield* send({ payload: pullRequestHook(externalName, 7), path: "github/corporate", secret: "corporate" }),
        202
      )
      assert.isFalse(yield* isDue(ours))
      assert.isTrue(yield* isDue(theirs))
      const local = yield* seenChangeset(id, "9", { repositoryId: (yield* onForge(externalName)).id })
      yield* send({ payload: pullRequestHook(externalName, 9) })
      assert.isFalse(yield* isDue(local))
    })
  )

  it.effect("of what Drover does not know is accepted, and does nothing", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const changeset = yield* seenChangeset(id, "7")
      const gone = yield* hosted()
      const ofGone = yield* seenChangeset(gone.id, "7")
      yield* execute(`update repositories set deleted_at = now() where id = ${gone.id}`)
      for (const payload of [
        pullRequestHook(externalName, 8),
        pullRequestHook("acme/unknown", 7),
        pullRequestHook("acme/nul\0", 7),
        pullRequestHook(gone.externalName, 7)
      ]) {
        assert.strictEqual(yield* send({ payload }), 202)
      }
      assert.strictEqual(
        yield* send({ event: "push", payload: { repository: { full_name: externalName }, ref: "refs/heads/\0" } }),
        202
      )
      assert.isFalse(yield* isDue(changeset))
      assert.isFalse(yield* isDue(ofGone))
    })
  )

  it.effect("leaves what is merged, gone or unpublished as it is", () =>
    Effect.gen(function* () {
      const { externalName, id } = yield* hosted()
      const ids = [
        yield* seenChangeset(id, "7", { externalState: "merged" }),
        yield* seenChangeset(id, "8", { externalState: "deleted" }),
        yield* seenChangeset(id, "9", { publication: "unpublished" })
      ]
      for (const number of [7, 8, 9]) yield* send({ payload: pullRequestHook(externalName, number) })
      for (const changeset of ids) assert.isFalse(yield* isDue(changeset))
    })
  )
})

const onForge = Effect.fnUntraced(function* (name: string) {
  const [row] = yield* execute(`insert into repositories (name, path) values ('${name}', '/nowhere') returning id`)
  return { id: Number(row!["id"]) }
})

layer(served(), { excludeTestServices: true, timeout: "60 seconds" })("the address of webhooks", (it) => {
  it.effect("hears every kind of host", () =>
    Effect.gen(function* () {
      const on = (kind: "bitbucketServer" | "gitea" | "gitlab", name: string) =>
        hosted({ externalServiceType: kind, externalServiceId: `https://${kind}.example.com/` }, name)
      const sign = (body: string, key: string) => createHmac("sha256", key).update(body).digest("hex")

      const project = yield* seenChangeset((yield* on("gitlab", "acme/tools/billing")).id, "7")
      const merge = JSON.stringify({
        object_kind: "merge_request",
        project: { id: 3, path_with_namespace: "acme/tools/billing" },
        object_attributes: { iid: 7, action: "merge" }
      })
      const token = { "x-gitlab-event": "Merge Request Hook", "x-gitlab-event-uuid": "u", "x-gitlab-token": "gitlab" }
      assert.strictEqual(yield* post("gitlab", merge, { ...token, "x-gitlab-token": "gitea" }), 401)
      assert.isFalse(yield* isDue(project))
      assert.strictEqual(yield* post("gitlab", merge, token), 202)
      assert.isTrue(yield* isDue(project))

      const pull = yield* seenChangeset((yield* on("gitea", "acme/billing")).id, "7")
      const closed = JSON.stringify(pullRequestHook("acme/billing", 7))
      const signed = {
        "x-gitea-event": "pull_request",
        "x-gitea-delivery": "g",
        "x-gitea-signature": sign(closed, "gitea")
      }
      assert.strictEqual(yield* post("gitea", `${closed} `, signed), 401)
      assert.strictEqual(yield* post("gitea", closed, signed), 202)
      assert.isTrue(yield* isDue(pull))

      const request = yield* seenChangeset((yield* on("bitbucketServer", "ACME/billing")).id, "7")
      const merged = JSON.stringify({
        pullRequest: { id: 7, toRef: { repository: { slug: "billing", project: { key: "ACME" } } } }
      })
      const headers = {
        "x-event-key": "pr:merged",
        "x-request-id": "b",
        "x-hub-signature": `sha256=${sign(merged, "bitbucketServer")}`
      }
      assert.strictEqual(yield* post("bitbucketServer", merged, headers), 202)
      assert.isTrue(yield* isDue(request))
    })
  )

  it.effect("refuses what makes no sense, what is too large, and hosts that nobody named", () =>
    Effect.gen(function* () {
      const { externalName } = yield* hosted()
      const payload = pullRequestHook(externalName, 7)
      assert.strictEqual(yield* send({ payload: "payload=%7B%7D" }), 400)
      assert.strictEqual(yield* send({ payload, delivery: "x".repeat(501) }), 400)
      assert.strictEqual(yield* send({ payload, path: "github/other" }), 404)
      assert.strictEqual(yield* send({ payload, path: "gerrit" }), 404)
      const most = JSON.stringify({ ...payload, filler: "" })
      const filler = "x".repeat(25 * 1024 * 1024 - most.length)
      assert.strictEqual(yield* send({ payload: { ...payload, filler } }), 202)
      assert.strictEqual(yield* send({ payload: { ...payload, filler: `${filler}x` } }), 413)
      // what does not say how long it is
      const chunks = new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (let at = 0; at < 26; at += 1) controller.enqueue(new Uint8Array(1024 * 1024))
          controller.close()
        }
      })
      assert.strictEqual(yield* post("github", chunks, {}), 413)
    })
  )
})
