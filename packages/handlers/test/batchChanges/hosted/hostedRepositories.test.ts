import { gitHubAbilities, makeGitHub, tokenAuth } from "@drover/code-hosts/github"
import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { Database } from "@drover/core"
import { listRefs } from "@drover/git"
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { eq, sql } from "drizzle-orm"
import { addHostedRepository } from "../../../src/batchChanges/hosted/addHostedRepository.ts"
import { bringHostedBranches, selectStale } from "../../../src/batchChanges/hosted/bringHostedBranches.ts"
import { CodeHosts } from "../../../src/batchChanges/host/CodeHosts.ts"
import { CredentialMissing } from "../../../src/batchChanges/host/HostCredentialError.ts"
import { createRepository, findRepository } from "../../../src/index.ts"
import { repositories } from "../../../src/schema.ts"
import { forge } from "../../support.ts"
import { execute, planOf } from "../../support/plans.ts"

const HOST = { externalServiceType: "github", externalServiceId: "https://github.invalid/" } as const

const services = Layer.mergeAll(FetchHttpClient.layer, NodeServices.layer)

const fake = Effect.acquireRelease(
  Effect.promise(() => makeFakeGitHub()),
  ({ close }) => Effect.promise(() => close())
)

let made = 0

const hosting = Effect.gen(function* () {
  const host = yield* fake
  const { forge: remote } = host
  const token = remote.addToken("site-bot")
  const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const client = yield* Layer.build(services)
  const hosts = (credential = token) =>
    CodeHosts.of({
      abilities: () => gitHubAbilities,
      connect: () =>
        makeGitHub({
          apiUrl: host.url,
          graphqlUrl: host.graphqlUrl,
          gitUrl: host.url,
          auth: tokenAuth(Redacted.make(credential))
        }).pipe(Effect.provideContext(client))
    })
  const repository = Effect.fnUntraced(function* (name = `repo-${made++}`) {
    const there = yield* Effect.promise(() => remote.addRepository({ owner: "acme", name, private: true }))
    there.roles.set("site-bot", "write")
    return there
  })
  const add = (externalName: string, changes: { readonly name?: string; readonly credential?: string } = {}) =>
    addHostedRepository({ ...HOST, externalName, root, name: changes.name }).pipe(
      Effect.provideService(CodeHosts, hosts(changes.credential))
    )
  return { remote, root, repository, hosts, add }
})

const without = CodeHosts.of({
  abilities: () => gitHubAbilities,
  connect: ({ repository }) => Effect.fail(new CredentialMissing({ repository: repository.name }))
})

layer(forge(), { timeout: "2 minutes" })("hosted repositories", (it) => {
  it.effect("are added with the branches of their host, and the one that it shows first", () =>
    Effect.gen(function* () {
      const { add, remote, repository } = yield* hosting
      const there = yield* repository()
      const tip = yield* Effect.promise(() => remote.commit(there, "feature", { "b.txt": "b\n" }))

      const added = yield* add(`acme/${there.name}`)

      assert.deepInclude(added, { ...HOST, externalName: `acme/${there.name}`, defaultBranch: "main" })
      assert.strictEqual(yield* readRef(added.path, "refs/heads/feature"), tip)
      // once more is no other one
      assert.strictEqual((yield* add(`acme/${there.name}`)).id, added.id)
    })
  )

  it.effect("that cannot be brought are not known of, and may be added again", () =>
    Effect.gen(function* () {
      const { add, repository } = yield* hosting
      const name = `acme/${(yield* repository()).name}`

      const error = yield* Effect.flip(add(name, { credential: "ghp_wrong" }))
      assert.strictEqual(error._tag, "HostedRepositoryNotBrought")
      assert.include(error.message, name)
      assert.isUndefined(yield* findRepository(name))

      assert.strictEqual((yield* add(name)).name, name)
    })
  )

  it.effect("take no name that another has, and no host's repository twice", () =>
    Effect.gen(function* () {
      const { add, repository, root } = yield* hosting
      const there = yield* repository()
      yield* createRepository({ name: `mine/${there.name}`, root: `${root}/mine` })

      const taken = yield* Effect.flip(add(`acme/${there.name}`, { name: `mine/${there.name}` }))
      assert.deepInclude(taken, { _tag: "HostedRepositoryTaken", by: "name" })

      yield* add(`acme/${there.name}`)
      const twice = yield* Effect.flip(add(`acme/${there.name}`, { name: "acme/otherwise" }))
      assert.deepInclude(twice, { _tag: "HostedRepositoryTaken", by: "host", taken: `acme/${there.name}` })
    })
  )

  it.effect("leave a folder alone that they have not made", () =>
    Effect.gen(function* () {
      const { add, repository, root } = yield* hosting
      const { name } = yield* repository()
      const fileSystem = yield* FileSystem.FileSystem
      yield* fileSystem.makeDirectory(`${root}/acme/${name}.git`, { recursive: true })

      const error = yield* Effect.flip(add(`acme/${name}`))

      assert.deepInclude(error, { _tag: "RepositoryRejected", field: "path" })
      assert.deepEqual(yield* fileSystem.readDirectory(`${root}/acme/${name}.git`), [])
    })
  )

  it.effect("are brought up to date, each by one worker, and one that cannot be says why", () =>
    Effect.gen(function* () {
      const { add, hosts, remote, repository } = yield* hosting
      const [one, two] = [yield* repository(), yield* repository()]
      const first = yield* add(`acme/${one.name}`)
      const second = yield* add(`acme/${two.name}`)
      const tip = yield* Effect.promise(() => remote.commit(one, "main", { "c.txt": "c\n" }))
      two.roles.clear()
      yield* makeStale([first.id, second.id])

      const counts = yield* Effect.all(
        [bringHostedBranches(), bringHostedBranches()].map(Effect.provideService(CodeHosts, hosts())),
        { concurrency: "unbounded" }
      )

      assert.strictEqual(
        counts.reduce((sum, count) => sum + count, 0),
        1
      )
      assert.strictEqual(yield* readRef(first.path, "refs/heads/main"), tip)
      assert.isNull((yield* findRepository(first.name))!.bringError)
      assert.include((yield* findRepository(second.name))!.bringError, two.name)
      // neither is due
      assert.strictEqual(yield* Effect.provideService(bringHostedBranches(), CodeHosts, hosts()), 0)
    })
  )

  it.effect("without a credential of the site say what to add", () =>
    Effect.gen(function* () {
      const { add, repository } = yield* hosting
      const added = yield* add(`acme/${(yield* repository()).name}`)
      yield* makeStale([added.id])

      yield* Effect.provideService(bringHostedBranches(), CodeHosts, without)

      assert.include((yield* findRepository(added.name))!.bringError, "drover credential add")
    })
  )

  it.effect("are chosen by an index", () =>
    Effect.gen(function* () {
      yield* execute(`
        insert into repositories (name, path, external_service_type, external_service_id, external_name, brought_at)
        select 'many/' || n, '/nowhere', 'github', 'https://many.invalid/', 'many/' || n, now() - n * interval '1 second'
        from generate_series(1, 20000) n`)
      yield* execute("analyze repositories")
      for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
        const plan = yield* planOf((db) => selectStale(db, sql`now() - interval '5 minutes'`, 50), mode)
        assert.deepEqual(plan.indexes, ["repositories_brought_idx"])
        assert.notInclude(plan.scans, "Sort")
      }
      yield* execute("delete from repositories where name like 'many/%'")
    })
  )
})

const readRef = (path: string, ref: string) => Effect.map(listRefs({ repository: path }), (refs) => refs.get(ref))

const makeStale = (ids: ReadonlyArray<number>) =>
  Effect.forEach(ids, (id) =>
    Database.use(({ run }) =>
      run((db) => db.update(repositories).set({ broughtAt: null }).where(eq(repositories.id, id)))
    )
  )
