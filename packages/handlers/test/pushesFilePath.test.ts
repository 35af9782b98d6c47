import { Database } from "@drover/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import {
  branchProtections,
  createRepository,
  findRepository,
  HookAddress,
  listRepositories,
  mirrorProtections,
  recomputeUnknown,
  registerRepository
} from "../src/index.ts"
import { repositoryOf } from "./support/history.ts"
import { noJobs } from "./support/queue.ts"
import { ahead } from "./support/scene.ts"
import { commit, emptyRepository, folder, git, member, ok, served, workTree } from "./support/served.ts"
import { kindsWaiting, linesOf, refsOf } from "./support/told.ts"

const protect = (values: typeof branchProtections.$inferInsert) =>
  Database.use(({ run }) => run((db) => db.insert(branchProtections).values(values)))

layer(served(), { excludeTestServices: true })("a repository", (it) => {
  describe("that is created", () => {
    it.effect("is bare, private, and names its default branch", () =>
      Effect.gen(function* () {
        const root = yield* folder
        const made = yield* createRepository({ name: "acme/created", root, defaultBranch: "trunk" })

        assert.deepInclude(made, { path: `${root}/acme/created.git`, visibility: "private", defaultBranch: "trunk" })
        assert.strictEqual(yield* ok(made.path, "symbolic-ref", "HEAD"), "refs/heads/trunk")
        assert.deepInclude(yield* findRepository("acme/created"), { id: made.id })
        const again = yield* Effect.flip(createRepository({ name: "acme/created", root }))
        assert.strictEqual(again.message, `The repository's name cannot be "acme/created": there is one already`)
        const outside = yield* Effect.flip(createRepository({ name: "../../etc", root }))
        assert.strictEqual(outside.message, "The repository's name must be owner/name, for example acme/billing")
      })
    )

    it.effect("is seen by its members, and by all where it is public", () =>
      Effect.gen(function* () {
        const hidden = yield* emptyRepository()
        const open = yield* emptyRepository({ visibility: "public" })
        const inside = yield* member(hidden, "read")
        const outside = yield* member(hidden, null)
        const names = (actorId?: number) =>
          Effect.map(listRepositories(actorId), (all) =>
            all.map(({ name }) => name).filter((name) => [hidden.name, open.name].includes(name))
          )

        assert.sameMembers(yield* names(), [hidden.name, open.name])
        assert.sameMembers(yield* names(inside.id), [hidden.name, open.name])
        assert.deepStrictEqual(yield* names(outside.id), [open.name])
        assert.isUndefined(yield* findRepository(hidden.name, outside.id))
        assert.isDefined(yield* findRepository(hidden.name, inside.id))
      })
    )
  })

  describe("that is registered", () => {
    it.effect("has its refs noted, tells nobody of them, and is indexed", () =>
      Effect.gen(function* () {
        yield* noJobs
        const { path, tip } = yield* repositoryOf(...ahead)

        const { id } = yield* registerRepository({ name: "acme/noted", path })

        assert.deepStrictEqual(yield* refsOf(id), {
          "refs/heads/feature": yield* tip("feature"),
          "refs/heads/main": yield* tip("main")
        })
        assert.deepStrictEqual(yield* linesOf(id), [])
        assert.deepStrictEqual(yield* kindsWaiting, ["reindex_search"])
      })
    )

    it.effect("keeps the hooks that it has, and they run", () =>
      Effect.gen(function* () {
        const { path } = yield* repositoryOf(...ahead)
        mkdirSync(`${path}/hooks`, { recursive: true })
        for (const name of ["pre-receive", "post-receive", "update"]) {
          writeFileSync(
            `${path}/hooks/${name}`,
            `#!/bin/sh\ncat >>'${path}/${name}.ran'; echo "$@" >>'${path}/${name}.ran'\n`
          )
          chmodSync(`${path}/hooks/${name}`, 0o755)
        }
        const before = readFileSync(`${path}/hooks/update`, "utf8")
        const { id } = yield* registerRepository({ name: "acme/hooked", path })
        yield* registerRepository({ name: "acme/hooked", path })
        const work = yield* workTree(path)

        yield* ok(work, "push", "origin", "main:topic")

        assert.strictEqual(readFileSync(`${path}/hooks/update`, "utf8"), before)
        for (const name of ["pre-receive", "post-receive"]) {
          assert.include(readFileSync(`${path}/${name}.ran`, "utf8"), "refs/heads/topic", name)
        }
        assert.include(readFileSync(`${path}/update.ran`, "utf8"), "refs/heads/topic")
        assert.deepStrictEqual(yield* linesOf(id), ["create topic nobody", "push refs/heads/topic nobody"])
        writeFileSync(`${path}/hooks/pre-receive`, "#!/bin/sh\necho not today >&2\nexit 1\n")
        const refused = yield* git(work, "push", "origin", "main:other")
        assert.strictEqual(refused.code, 1)
        assert.include(refused.output, "not today")
      })
    )

    it.effect("must be a bare repository", () =>
      Effect.gen(function* () {
        const path = yield* folder
        const error = yield* Effect.flip(registerRepository({ name: "acme/none", path }))

        assert.include(error.message, `must be a bare repository, and ${path} is none`)
        assert.isUndefined(yield* findRepository("acme/none"))
      })
    )
  })

  describe("that is pushed to over the file path", () => {
    it.effect("tells of it before the push returns", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const path = yield* workTree(repository.path)

        yield* ok(path, "push", "origin", "main")

        assert.deepStrictEqual(yield* linesOf(repository.id), ["create main nobody", "push refs/heads/main nobody"])
        assert.strictEqual(statSync(`${repository.path}/drover/secret`).mode & 0o777, 0o600)
      })
    )

    it.effect("hears nothing of whoever has not its secret", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const other = yield* emptyRepository()
        const secret = readFileSync(`${other.path}/drover/secret`, "utf8").trim()
        const address = yield* HookAddress
        const ask = (id: number | string, authorization: string) =>
          Effect.promise(async () => {
            const body = `${"0".repeat(40)} ${"a".repeat(40)} refs/heads/main\n`
            return (
              await fetch(`${address}/internal/pushes/${id}`, { method: "POST", body, headers: { authorization } })
            ).status
          })

        assert.strictEqual(yield* ask(repository.id, `Bearer ${secret}`), 403)
        assert.strictEqual(yield* ask(repository.id, ""), 403)
        assert.strictEqual(yield* ask(2_000_000_000, `Bearer ${secret}`), 403)
        assert.strictEqual(yield* ask("x", `Bearer ${secret}`), 403)
        assert.strictEqual(yield* ask(other.id, `Bearer ${secret}`), 204)
        assert.deepStrictEqual(yield* linesOf(repository.id), [])
      })
    )

    it.effect("takes it also while the worker is away, and the sweep finds it", () =>
      Effect.gen(function* () {
        const repository = yield* Effect.provideService(emptyRepository(), HookAddress, "http://127.0.0.1:1")
        const path = yield* workTree(repository.path)

        assert.deepStrictEqual((yield* git(path, "push", "--quiet", "origin", "main")).code, 0)
        assert.deepStrictEqual(yield* linesOf(repository.id), [])

        yield* recomputeUnknown({ olderThan: 0, limit: 1000 })
        assert.deepStrictEqual(yield* linesOf(repository.id), ["create main nobody", "push refs/heads/main nobody"])
        // the sweep has given the hook the right address
        yield* commit(path, "b.txt", "two\n")
        yield* ok(path, "push", "origin", "main")
        assert.lengthOf(yield* linesOf(repository.id), 3)
        yield* recomputeUnknown({ olderThan: 0, limit: 1000 })
        assert.lengthOf(yield* linesOf(repository.id), 3)
      })
    )
  })

  describe("refuses, over HTTP and over the file path", () => {
    const twoWays = Effect.fnUntraced(function* () {
      const repository = yield* emptyRepository()
      const { url } = yield* member(repository, "write")
      const admin = yield* member(repository, "admin")
      const path = yield* workTree(admin.url)
      yield* ok(path, "push", "origin", "main")
      return { repository, path, admin: admin.url, ways: [url, repository.path] }
    })

    it.effect("refs that only Drover writes", () =>
      Effect.gen(function* () {
        const { path, repository, ways } = yield* twoWays()
        for (const way of ways) {
          const refused = yield* git(path, "push", way, "main:refs/pull/1/head")
          assert.strictEqual(refused.code, 1)
          assert.include(refused.output, "only Drover writes refs/pull/1/head: push a branch and open a pull request")
        }
        assert.strictEqual(yield* ok(repository.path, "for-each-ref", "refs/pull"), "")
      })
    )

    it.effect("what a protection forbids, and says what to do", () =>
      Effect.gen(function* () {
        const { admin, path, repository, ways } = yield* twoWays()
        yield* protect({ repositoryId: repository.id, pattern: "main" })
        yield* commit(path, "b.txt", "two\n")
        yield* mirrorProtections(repository)
        for (const way of ways) {
          const refused = yield* git(path, "push", way, "main")
          assert.strictEqual(refused.code, 1)
          assert.include(
            refused.output,
            "Drover: main is protected: push another branch and open a pull request into main"
          )
          yield* ok(path, "push", way, "main:topic")
        }

        yield* ok(path, "push", admin, "main")

        yield* ok(path, "reset", "--hard", "HEAD~1")
        for (const way of [...ways, admin]) {
          const forced = yield* git(path, "push", "--force", way, "main")
          assert.include(forced.output, "main is protected and would lose commits")
        }
        yield* ok(path, "push", ways[0]!, "--delete", "topic")
      })
    )

    it.effect("it by what the database says at that moment", () =>
      Effect.gen(function* () {
        const { path, repository, ways } = yield* twoWays()
        yield* commit(path, "b.txt", "two\n")
        yield* protect({ repositoryId: repository.id, pattern: "*" })

        // nobody told the repository, which a push over HTTP does not need
        assert.strictEqual((yield* git(path, "push", ways[0]!, "main")).code, 1)
        assert.isTrue(existsSync(`${repository.path}/drover/protections.json`))
        yield* Database.use(({ run }) => run((db) => db.delete(branchProtections)))
        assert.strictEqual((yield* git(path, "push", ways[1]!, "main")).code, 1)
        yield* recomputeUnknown({ olderThan: 0, limit: 1000 })
        yield* ok(path, "push", ways[1]!, "main")
      })
    )
  })
})
