import { assert, layer } from "@effect/vitest"
import { Database } from "@drover/core"
import { hostBudgets } from "../../../src/schema/hostBudgets.ts"
import { eq } from "drizzle-orm"
import { Effect, Redacted } from "effect"
import { RateLimited, type RequestGate } from "@drover/code-hosts"
import {
  sharedBudgets,
  codeHostKinds,
  CodeHosts,
  createBulkOperation,
  type GatedCredential
} from "../../../src/batchChanges/index.ts"
import { jobOf, work as workBulk } from "../../support/bulk.ts"
import { failing, reconcile, rowOf, work } from "../support/world.ts"
import { hostedForge, hostedScene } from "./hosted.ts"

layer(hostedForge(), { excludeTestServices: true, timeout: "2 minutes" })("a repository of a code host", (it) => {
  for (const kind of codeHostKinds) {
    it.effect(
      `${kind}: gets one pull request, as whoever applied the batch change, and is merged as whoever asks`,
      () =>
        Effect.gen(function* () {
          const { account, applied, at, by, copy, makerHas, pulls, remote, siteHas, there } = yield* hostedScene({
            kind
          })
          yield* siteHas(account("site-bot"))
          yield* makerHas(account("ada"))
          const { id, ownerId } = yield* applied
          // it is made, and nobody hears of it
          const makes = /\/(pulls|merge_requests|pull-requests)$/
          remote.faults.plan(
            { kind: "lost answer", status: 502 },
            { on: ({ method, path }) => method === "POST" && makes.test(path) }
          )

          assert.deepInclude(yield* at(work(id)), { reconcilerState: "errored", publication: "unpublished" })
          assert.lengthOf(pulls(), 1)
          yield* at(reconcile(id))

          assert.deepStrictEqual(
            pulls().map(({ author, headRef, state, title }) => ({ author: author.login, headRef, state, title })),
            [{ author: "ada", headRef: "drover/b", state: "open", title: "Add b" }]
          )
          assert.deepInclude(yield* rowOf(id), {
            publication: "published",
            externalState: "open",
            externalId: "1",
            pushedSha: yield* Effect.promise(() => remote.tip(there, "drover/b"))
          })

          const bulk = yield* at(
            createBulkOperation({
              batchChangeId: ownerId!,
              changesetIds: [id],
              operation: { type: "merge", method: "squash" },
              actorId: by.id
            })
          )
          yield* at(workBulk)

          assert.deepInclude(yield* jobOf(bulk.id), { state: "completed", failureMessage: null })
          assert.deepInclude(yield* rowOf(id), { externalState: "merged" })
          assert.strictEqual(pulls()[0]!.mergedBy?.login, "ada")
          assert.strictEqual(copy.externalName, "ACME/billing")
          assert.notInclude(
            remote.log.all.map(({ token }) => remote.tokens.get(token ?? "")?.user.login),
            "site-bot"
          )
        })
    )

    it.effect(`${kind}: is not asked for whom there is no credential, who is told what to add`, () =>
      Effect.gen(function* () {
        const { applied, at, copy, host, pulls, remote } = yield* hostedScene({ kind })
        const { id } = yield* applied

        const row = yield* at(work(id))

        assert.strictEqual(row.reconcilerState, "failed")
        assert.include(
          row.failureMessage,
          `user does not have a valid credential for repository "${copy.name}": add one with \`drover credential add ${kind} ${host.externalServiceId}\``
        )
        assert.deepStrictEqual(remote.log.all, [])
        assert.deepStrictEqual(pulls(), [])
      })
    )
  }

  it.effect("is worked on as the site where its user has no credential", () =>
    Effect.gen(function* () {
      const { account, applied, at, pulls, siteHas } = yield* hostedScene()
      yield* siteHas(account("site-bot"))
      const { id } = yield* applied
      yield* at(reconcile(id))
      assert.deepStrictEqual(
        pulls().map(({ author }) => author.login),
        ["site-bot"]
      )
    })
  )

  it.effect("is not asked with a kind of credential that it does not take", () =>
    Effect.gen(function* () {
      const { account, applied, at, makerHas, remote, siteHas } = yield* hostedScene()
      yield* siteHas(account("site-bot"))
      yield* makerHas({ _tag: "BasicAuth", username: "ada", password: Redacted.make("of ada") })
      const { id } = yield* applied
      const error = yield* at(failing(id))
      assert.strictEqual(error._tag, "CredentialUnsuitable")
      assert.include(error.message, "is a BasicAuth, and github")
      assert.include(error.message, "takes only a token")
      assert.deepStrictEqual(remote.log.all, [])
    })
  )

  it.effect("is not asked while its gate is shut, which is told whose budget it is", () =>
    Effect.gen(function* () {
      const asked: Array<GatedCredential> = []
      const shut: RequestGate = {
        enter: ({ host, repository }) => Effect.fail(new RateLimited({ host, repository, retryAfter: 90_000 })),
        seen: () => Effect.void
      }
      const { account, applied, at, host, makerHas, remote } = yield* hostedScene({
        gates: (one) =>
          Effect.as(
            Effect.sync(() => asked.push(one)),
            shut
          )
      })
      yield* makerHas(account("ada"))
      const { id } = yield* applied

      const row = yield* at(work(id))

      assert.strictEqual(row.processAfter.getTime() - row.finishedAt!.getTime(), 90_000)
      assert.deepStrictEqual(remote.log.all, [])
      assert.deepInclude(asked[0]!, host)
      assert.match(asked[0]!.credential, /^[0-9a-f]{64}$/)
    })
  )

  it.effect("takes from the budget that all workers share", () =>
    Effect.gen(function* () {
      const { account, applied, at, host, makerHas, remote } = yield* hostedScene()
      yield* makerHas(account("ada"))
      const { id } = yield* applied
      const { run } = yield* Database

      yield* Effect.provide(at(reconcile(id)), sharedBudgets)

      const rows = yield* run((db) =>
        db.select().from(hostBudgets).where(eq(hostBudgets.externalServiceId, host.externalServiceId))
      )
      assert.lengthOf(rows, 1)
      assert.isNotEmpty(remote.log.all)
    })
  )

  it.effect("of a host that is not set up fails with the setting that lacks", () =>
    Effect.gen(function* () {
      const { account, applied, at, host, makerHas, remote } = yield* hostedScene({
        setting: { url: "https://github.invalid/" }
      })
      yield* makerHas(account("ada"))
      const { id } = yield* applied
      const error = yield* at(failing(id))
      assert.strictEqual(error._tag, "HostNotConfigured")
      assert.include(error.message, `add {"kind":"github","url":"${host.externalServiceId}"} to DROVER_CODE_HOSTS`)
      assert.deepStrictEqual(remote.log.all, [])
    })
  )

  it.effect("can do what its kind can, whether it is set up or not", () =>
    Effect.gen(function* () {
      const { at, copy } = yield* hostedScene()
      const abilities = (externalServiceType: string | null) =>
        at(Effect.map(CodeHosts, (hosts) => hosts.abilities({ ...copy, externalServiceType })))
      assert.deepInclude(yield* abilities("github"), { loadMany: true, drafts: true })
      assert.deepInclude(yield* abilities("bitbucketServer"), { drafts: false, labels: false })
      assert.deepInclude(yield* abilities("gerrit"), { drafts: false, reopen: false })
      assert.deepInclude(yield* abilities(null), { settleMillis: 0 })
    })
  )
})
