/** GitHub's fake tells badly what happens: what Drover knows is in the end what is so. */
import { gitHubAbilities, makeGitHub, tokenAuth } from "@drover/code-hosts/github"
import {
  editPullRequest,
  type ForgePullRequest,
  type ForgeRepository,
  type HookFaults,
  mergePullRequest,
  openPullRequest,
  setStatus
} from "@drover/code-hosts/testing/forge"
import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { CodeHosts, syncChangesets } from "../../../src/batchChanges/index.ts"
import { changesetAssociations, changesets } from "../../../src/schema.ts"
import { batchChange } from "../../support/batchChanges.ts"
import { addressOf, github, hosted, isDue, seenChangeset, served } from "../../support/hostHooks.ts"
import { execute } from "../../support/plans.ts"
import { randomly } from "../../support/randomly.ts"

interface Followed {
  readonly changesetId: number
  readonly remote: ForgeRepository
  readonly pull: ForgePullRequest
}

/** A fake, a way to it, and pull requests in two repositories that a batch change has. */
const world = Effect.gen(function* () {
  const fake = yield* Effect.acquireRelease(
    Effect.promise(() => makeFakeGitHub()),
    ({ close }) => Effect.promise(close)
  )
  const { forge } = fake
  const ada = forge.addUser("ada")
  const auth = tokenAuth(Redacted.make(forge.addToken("ada")))
  const host = yield* makeGitHub({ apiUrl: fake.url, graphqlUrl: fake.graphqlUrl, gitUrl: fake.url, auth })
  const hosts = CodeHosts.of({ abilities: () => gitHubAbilities, connect: () => Effect.succeed(host) })
  const { id: batchChangeId } = yield* batchChange()
  const { run } = yield* Database
  const url = `${yield* addressOf}/hooks/github`
  const followed: Array<Followed> = []
  for (const name of ["billing", "shipping"]) {
    const remote = yield* Effect.promise(() => forge.addRepository({ owner: "ada", name }))
    yield* execute(`delete from repositories where name = 'ada/${name}'`)
    const { id } = yield* hosted(github, `ada/${name}`)
    // what the host calls it, until there is one place that says so
    yield* execute(`update repositories set name = 'ada/${name}' where id = ${id}`)
    for (const headRef of ["a", "b", "c"]) {
      yield* Effect.promise(() => forge.commit(remote, headRef, { [`${headRef}.txt`]: "fixed\n" }))
      const asked = { title: "Fix", body: "", baseRef: "main", headRef, draft: false }
      const pull = yield* Effect.promise(() => openPullRequest(forge, remote, ada, asked))
      const columns = { headRef, externalHeadSha: pull.headSha, externalUpdatedAt: null }
      const changesetId = yield* seenChangeset(id, String(pull.number), columns)
      yield* run((db) => db.insert(changesetAssociations).values({ changesetId, batchChangeId }))
      followed.push({ changesetId, remote, pull })
    }
    forge.hooks.subscriptions.push({ id: 1, repository: remote, url, events: ["*"], secret: "newer" })
  }
  const sync = Effect.provideService(syncChangesets(), CodeHosts, hosts)
  return { forge, ada, followed, sync }
})

type World = Effect.Success<typeof world>

/** Something that happens on the host; nothing where that cannot be. */
const happen = ({ ada, followed, forge }: World, { among }: ReturnType<typeof randomly>) =>
  Effect.promise(async () => {
    const { pull, remote } = among(followed)
    // what is merged is looked at no more
    if (pull.state === "merged") return undefined
    const edit = (options: Parameters<typeof editPullRequest>[4]) => editPullRequest(forge, remote, ada, pull, options)
    const state = among(["success", "failure"] as const)
    const what = among(["title", "draft", "closed", "open", "merge", "status", "status"] as const)
    if (what === "title") return edit({ title: `${pull.title}!` })
    if (what === "status")
      return setStatus(forge, remote, ada, pull.headSha, { context: "ci", state, description: null })
    if (what === "draft") return edit({ draft: !pull.draft })
    if (what !== "merge") return edit({ state: what })
    const ready = pull.state === "open" && !pull.draft && pull.number !== 1
    return ready ? mergePullRequest(forge, remote, ada, pull, { method: "merge" }) : undefined
  })

const known = Effect.fnUntraced(function* ({ followed }: World) {
  const { run } = yield* Database
  return yield* Effect.forEach(followed, ({ changesetId, pull }) =>
    Effect.map(
      run((db) => db.select().from(changesets).where(eq(changesets.id, changesetId))),
      ([row]) => `${row!.repositoryId}#${pull.number} ${row!.externalState} ${row!.checkState} ${row!.externalTitle}`
    )
  )
})

const so = Effect.fnUntraced(function* ({ followed }: World) {
  const { run } = yield* Database
  return yield* Effect.forEach(followed, ({ changesetId, pull, remote }) =>
    Effect.map(
      run((db) => db.select().from(changesets).where(eq(changesets.id, changesetId))),
      ([row]) => {
        const state = pull.state === "open" && pull.draft ? "draft" : pull.state
        const checks = remote.statuses.get(pull.headSha)?.get("ci")?.state ?? "expected"
        return `${row!.repositoryId}#${pull.number} ${state} ${checks} ${pull.title}`
      }
    )
  )
})

/** Some happens, some is told, some is looked at, thirty times. */
const live = Effect.fnUntraced(function* (on: World, faults: HookFaults) {
  const random = randomly(faults.seed)
  on.forge.hooks.break(faults)
  let told = 0
  for (let step = 0; step < 30; step += 1) {
    yield* happen(on, random)
    if (random.upTo(4) === 0) {
      const answers = yield* Effect.promise(() => on.forge.hooks.deliver())
      assert.deepStrictEqual(new Set(answers), new Set(answers.length === 0 ? [] : [202]))
      told += answers.length
    }
    if (random.upTo(4) === 0) yield* on.sync
  }
  told += (yield* Effect.promise(() => on.forge.hooks.deliver())).length
  assert.isAbove(told, 10)
})

const hooks = served().pipe(Layer.provideMerge(FetchHttpClient.layer))

layer(hooks, { excludeTestServices: true, timeout: "120 seconds" })(
  "what is known of pull requests on GitHub",
  (it) => {
    for (const seed of [1, 2]) {
      it.effect(`is what is so, by hooks alone, of which 30 % are doubled and reordered: ${seed}`, () =>
        Effect.gen(function* () {
          const on = yield* world
          // all of it is looked at once, so that nothing but a hint has it looked at again
          yield* execute("update changesets set synced_at = null")
          yield* on.sync
          yield* live(on, { seed, doubled: 0.3, reordered: 0.3 })
          yield* on.sync
          assert.deepStrictEqual(yield* known(on), yield* so(on))
          for (const { changesetId } of on.followed) assert.isFalse(yield* isDue(changesetId))
        }).pipe(Effect.scoped)
      )

      it.effect(`is what is so, once it was due, though 30 % of hooks are lost too: ${seed}`, () =>
        Effect.gen(function* () {
          const on = yield* world
          yield* execute("update changesets set synced_at = null")
          yield* on.sync
          yield* live(on, { seed, lost: 0.3, doubled: 0.3, reordered: 0.3 })
          yield* on.sync
          yield* execute("update changesets set synced_at = synced_at - interval '8 hours'")
          yield* on.sync
          assert.deepStrictEqual(yield* known(on), yield* so(on))
        }).pipe(Effect.scoped)
      )
    }
  }
)
