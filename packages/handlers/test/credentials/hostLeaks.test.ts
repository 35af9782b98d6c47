/** Everything that is written while a changeset is pushed and opened on GitHub, searched for the planted token. */
import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { Git, Oid } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { ReconcilerStore } from "../../src/batchChanges/changesets/ReconcilerStore.ts"
import { CodeHosts } from "../../src/batchChanges/host/CodeHosts.ts"
import { validatorsLayer } from "../../src/batchChanges/host/configured/validatorsLayer.ts"
import { addHostedRepository } from "../../src/batchChanges/hosted/addHostedRepository.ts"
import { CredentialStore } from "../../src/credentials/index.ts"
import { batchChange, changeset, failing, reconcile, rowOf, spec, stepsOf } from "../batchChanges/support/world.ts"
import { forge } from "../support.ts"
import { ask } from "../support/history.ts"
import {
  everyRow,
  failed,
  filesBelow,
  formsOf,
  printed,
  recorded,
  recordedProcesses,
  spans,
  write,
  written
} from "./recording.ts"
import { keysOf } from "./support.ts"

const services = Layer.mergeAll(
  recorded,
  ReconcilerStore.layer,
  Git.layer().pipe(Layer.provideMerge(recordedProcesses))
).pipe(Layer.provideMerge(forge()))

const fake = Effect.acquireRelease(
  Effect.promise(() => makeFakeGitHub()),
  ({ close }) => Effect.promise(() => close())
)

layer(services, { excludeTestServices: true, timeout: "60 seconds" })("a changeset on GitHub", (it) => {
  it.effect("is pushed and opened with a token that is written nowhere, and fails without a word of it", () =>
    Effect.gen(function* () {
      const github = yield* fake
      const token = "ghp_PLANTEDhost0123456789"
      const wrong = "ghp_PLANTEDwithdrawn98765"
      github.forge.addToken("site-bot", { token })
      const there = yield* Effect.promise(() =>
        github.forge.addRepository({ owner: "acme", name: "billing", private: true })
      )
      there.roles.set("site-bot", "write")
      const host = { externalServiceType: "github", externalServiceId: `${github.url}/` }
      const hosts = [{ kind: "github" as const, url: github.url, apiUrl: github.url, graphqlUrl: github.graphqlUrl }]
      const bearer = (text: string) => ({ _tag: "OAuthBearerToken" as const, token: Redacted.make(text) })
      const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()

      yield* Effect.gen(function* () {
        const { site } = yield* CredentialStore
        yield* failed(site.create({ ...host, authenticator: bearer(wrong) }))
        yield* site.create({ ...host, authenticator: bearer(token) })
        const { id: repositoryId, path } = yield* addHostedRepository({ ...host, externalName: "acme/billing", root })
        const base = Oid.make(yield* ask(path, "rev-parse", "main"))
        const owner = yield* batchChange()
        const make = Effect.fnUntraced(function* (headRef: string) {
          const { id } = yield* spec({ id: repositoryId, base }, { headRef })
          return yield* changeset({ repositoryId, ownerId: owner.id, currentSpecId: id, columns: { headRef } })
        })

        const opened = yield* make("drover/b")
        yield* reconcile(opened)
        assert.deepInclude(yield* rowOf(opened), { publication: "published", externalState: "open", externalId: "1" })
        assert.deepStrictEqual(yield* stepsOf(opened), ["push done", "publish done"])
        assert.lengthOf([...there.pullRequests.values()], 1)

        // a host that is away, one that lets the bot read alone, and one that has withdrawn the token
        const failsAt = Effect.fnUntraced(function* (headRef: string) {
          const error = yield* failing(yield* make(headRef))
          write("error", ...printed(error))
        })
        github.forge.faults.plan({ kind: "unavailable", status: 503 })
        yield* failsAt("drover/away")
        github.forge.faults.clear()
        there.roles.set("site-bot", "read")
        yield* failsAt("drover/read")
        yield* site.setAuthenticator({ ...host, authenticator: bearer(wrong), validate: false })
        yield* failsAt("drover/withdrawn")
      }).pipe(
        Effect.provide(
          CodeHosts.configured({ hosts }).pipe(
            Layer.provideMerge(CredentialStore.layer),
            Layer.provide(validatorsLayer(hosts)),
            Layer.provide(keysOf("2026")),
            Layer.provide(FetchHttpClient.layer)
          )
        )
      )

      yield* filesBelow(root)
      yield* everyRow
      for (const span of spans) {
        write("span", ...printed([span.name, [...span.attributes], span.events, span.links, span.status]))
      }

      // it would find them if they were there
      const found = (where: string, text: string) =>
        written.some(([at, said]) => at.startsWith(where) && said.includes(text))
      assert.isTrue(found("argv", `push\0--porcelain`))
      assert.isTrue(found("argv", `${github.url}/acme/billing.git`))
      assert.isTrue(found("file", "[core]"))
      assert.isTrue(found("row of changesets", "drover/withdrawn"))
      assert.isTrue(found("row of site_credentials", github.url))
      assert.isTrue(found("span", "pushBranch"))
      assert.isTrue(found("error", "UnauthorisedOnHost"))
      const forms = [token, wrong].flatMap((each) => [...formsOf(each), ...formsOf(`x-access-token:${each}`)])
      const leaks = written.flatMap(([where, text]) =>
        forms
          .filter((form) => text.includes(form))
          .map((form) => `${where}: ${form.slice(0, 12)}… in ${text.slice(0, 200)}`)
      )
      assert.deepStrictEqual(leaks, [])
    }).pipe(Effect.scoped)
  )
})
