/** Batch changes over a copy of a repository of a fake host, and people who have credentials there, or none. */
import type { Authenticator, RequestGate } from "@drover/code-hosts"
import { makeFakeBitbucketServer } from "@drover/code-hosts/testing/bitbucketServer"
import type { Forge } from "@drover/code-hosts/testing/forge"
import { makeFakeGitea } from "@drover/code-hosts/testing/gitea"
import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { makeFakeGitLab } from "@drover/code-hosts/testing/gitlab"
import { Oid } from "@drover/git"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import {
  addHostedRepository,
  BulkStore,
  CodeHosts,
  type CodeHostKind,
  type CodeHostSetting,
  type GatedCredential,
  HostGates,
  hostIdOf,
  ReconcilerStore
} from "../../../src/batchChanges/index.ts"
import { CredentialStore, noKeys } from "../../../src/credentials/index.ts"
import { setRole } from "../../../src/index.ts"
import { forge } from "../../support.ts"
import { refAt } from "../../support/history.ts"
import { applyOf, maker, theChangeset } from "../support/applied.ts"

export const hostedForge = () =>
  Layer.mergeAll(
    ReconcilerStore.layer,
    BulkStore.layer,
    CredentialStore.layer.pipe(Layer.provide(noKeys)),
    FetchHttpClient.layer
  ).pipe(Layer.provideMerge(forge()))

interface Fake {
  readonly forge: Forge
  readonly url: string
  readonly close: () => Promise<void>
}

export const fakes: Readonly<Record<CodeHostKind, () => Promise<Fake>>> = {
  github: () => makeFakeGitHub(),
  gitlab: () => makeFakeGitLab(),
  gitea: () => makeFakeGitea(),
  bitbucketServer: () => makeFakeBitbucketServer()
}

export interface SceneOptions {
  readonly kind?: CodeHostKind
  /** Defaults to the fake, and nothing more. */
  readonly setting?: Partial<CodeHostSetting>
  readonly gates?: (at: GatedCredential) => Effect.Effect<RequestGate>
}

export const bearer = (token: string): Authenticator => ({ _tag: "OAuthBearerToken", token: Redacted.make(token) })

/** A copy of `ACME/billing`, and a user here who may write to it. Nobody has a credential any more. */
export const hostedScene = Effect.fnUntraced(function* ({ gates, kind = "github", setting }: SceneOptions = {}) {
  const fake = yield* Effect.acquireRelease(Effect.promise(fakes[kind]), ({ close }) => Effect.promise(close))
  const remote = fake.forge
  const there = yield* Effect.promise(() =>
    remote.addRepository({ owner: "ACME", name: "billing", files: { "a.txt": "one\n" }, private: true })
  )
  there.mergeMethods = ["merge", "squash"]
  const { site, users } = yield* CredentialStore
  const host = { externalServiceType: kind, externalServiceId: hostIdOf(fake.url) }
  /** Somebody on the host who may write to the repository. */
  const account = (login: string) => {
    there.roles.set(login, "write")
    return bearer(remote.addToken(login))
  }
  const hosts: ReadonlyArray<CodeHostSetting> = [{ kind, url: fake.url, ...setting }]
  const configured = CodeHosts.configured({ hosts })
  const gated = gates === undefined ? configured : Layer.provide(configured, Layer.succeed(HostGates, gates))
  /** Hosts anew, as another worker has them. */
  const at = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, Layer.fresh(gated))

  const by = yield* maker()
  const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  yield* site.create({ ...host, authenticator: account("site-bot"), validate: false })
  const name = `copies/${kind}-${by.login}`
  const copy = yield* Effect.provide(
    addHostedRepository({ ...host, externalName: "ACME/billing", name, root }),
    CodeHosts.configured({ hosts: [{ kind, url: fake.url }] })
  )
  yield* site.remove(host)
  yield* setRole({ repositoryId: copy.id, userId: by.id, role: "write" })
  const base = Oid.make((yield* refAt(copy.path, "refs/heads/main"))!)
  remote.log.clear()

  return {
    remote,
    there,
    host,
    copy,
    by,
    account,
    at,
    pulls: () => [...there.pullRequests.values()],
    siteHas: (authenticator: Authenticator) => site.create({ ...host, authenticator, validate: false }),
    makerHas: (authenticator: Authenticator) =>
      users.create({ ...host, userId: by.id, authenticator, validate: false }),
    /** Has the batch change add `b.txt`, and gives its changeset, that nobody has reconciled. */
    applied: Effect.gen(function* () {
      yield* at(applyOf(by, [[{ id: copy.id, base }, {}]]))
      return yield* theChangeset(copy)
    })
  }
})
