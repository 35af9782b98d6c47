import { Database } from "@drover/core"
import { assert, describe, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect, Redacted } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { revokeToken, listTokens } from "../src/index.ts"
import { repositories } from "../src/schema.ts"
import { noJobs } from "./support/queue.ts"
import { commit, emptyRepository, folder, git, member, ok, served, urlOf, workTree } from "./support/served.ts"
import { kindsWaiting, linesOf, pushesOf } from "./support/told.ts"

layer(served(), { excludeTestServices: true })("smart HTTP", (it) => {
  describe("for somebody who may write", () => {
    it.effect("takes a push, and tells of it once", () =>
      Effect.gen(function* () {
        yield* noJobs
        const repository = yield* emptyRepository()
        const { id, login, url } = yield* member(repository, "write")
        const path = yield* workTree(url)

        const pushed = yield* git(path, "push", "--quiet", "origin", "main")

        assert.deepStrictEqual(pushed, { code: 0, output: "" })
        assert.deepStrictEqual(yield* linesOf(repository.id), [`create main ${id}`, `push refs/heads/main ${id}`])
        const [body] = yield* pushesOf(repository.id)
        const tip = yield* ok(path, "rev-parse", "HEAD")
        assert.deepInclude(body, {
          before: "0".repeat(40),
          after: tip,
          created: true,
          deleted: false,
          forced: false,
          base_ref: null,
          pusher: { name: login }
        })
        assert.deepStrictEqual(yield* kindsWaiting, ["reindex_search"])
      })
    )

    it.effect("lets them clone what they pushed, whole, shallow and without blobs", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { url } = yield* member(repository, "write")
        const path = yield* workTree(url)
        yield* commit(path, "b.txt", "two\n")
        yield* ok(path, "push", "origin", "main")
        const into = yield* folder

        yield* ok(into, "clone", "--quiet", url, "whole")
        yield* ok(into, "clone", "--quiet", "--depth=1", url, "shallow")
        yield* ok(into, "clone", "--quiet", "--bare", "--filter=blob:none", url, "blobless")

        assert.strictEqual(yield* ok(join(into, "whole"), "rev-parse", "HEAD"), yield* ok(path, "rev-parse", "main"))
        assert.strictEqual(yield* ok(join(into, "shallow"), "rev-list", "--count", "HEAD"), "1")
        const missing = yield* ok(join(into, "blobless"), "rev-list", "--objects", "--missing=print", "HEAD")
        assert.lengthOf(missing.match(/^\?/gm) ?? [], 2)
      })
    )

    it.effect("tells of new and deleted branches, tags, and commits that were thrown away", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { id, url } = yield* member(repository, "write")
        const path = yield* workTree(url)
        yield* commit(path, "b.txt", "two\n")
        yield* ok(path, "push", "origin", "main", "main:side")
        const before = yield* linesOf(repository.id)

        yield* ok(path, "tag", "--annotate", "--message=One", "v1")
        yield* ok(path, "push", "origin", "v1")
        yield* ok(path, "reset", "--hard", "HEAD~1")
        yield* ok(path, "push", "--force", "origin", "HEAD:side")
        yield* ok(path, "push", "origin", "--delete", "side", "v1")

        assert.deepStrictEqual((yield* linesOf(repository.id)).slice(before.length), [
          `create v1 ${id}`,
          `push refs/tags/v1 ${id}`,
          `push refs/heads/side ${id}`,
          `push refs/heads/side ${id}`,
          `delete side ${id}`,
          `push refs/tags/v1 ${id}`,
          `delete v1 ${id}`
        ])
        const bodies = (yield* pushesOf(repository.id)).slice(2)
        assert.deepStrictEqual(
          bodies.map(({ created, deleted, forced }) => ({ created, deleted, forced })),
          [
            { created: true, deleted: false, forced: false },
            { created: false, deleted: false, forced: true },
            { created: false, deleted: true, forced: false },
            { created: false, deleted: true, forced: false }
          ]
        )
        assert.deepInclude(bodies[0], { base_ref: "refs/heads/main", commits: [] })
      })
    )

    it.effect("takes a large push in pieces", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { url } = yield* member(repository, "write")
        const path = yield* workTree(url)
        const noise = Array.from({ length: 200_000 }, () => Math.random().toString(36)).join("\n")
        yield* commit(path, "noise.txt", noise)

        // more than this goes in a chunked body
        yield* ok(path, "-c", "http.postBuffer=65536", "push", "origin", "main")

        const into = yield* folder
        yield* ok(into, "clone", "--quiet", url, "clone")
        assert.strictEqual(yield* ok(join(into, "clone"), "rev-parse", "HEAD"), yield* ok(path, "rev-parse", "HEAD"))
      })
    )
  })

  describe("asks who it is", () => {
    it.effect("and shows a private repository to nobody without a token, or with one that is not good", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { id, token, url } = yield* member(repository, "read")
        const [known] = yield* listTokens(id)
        const plain = `${yield* urlOf(repository.name)}/info/refs?service=git-upload-pack`
        const ask = (authorization?: string) =>
          Effect.promise(() => fetch(plain, authorization === undefined ? {} : { headers: { authorization } }))

        const anonymous = yield* ask()
        assert.strictEqual(anonymous.status, 401)
        assert.include(anonymous.headers.get("www-authenticate"), "Basic")
        assert.strictEqual((yield* ask("Bearer drv_wrong")).status, 401)
        assert.strictEqual((yield* ask(`Bearer ${Redacted.value(token)}`)).status, 200)
        const asUser = Buffer.from(`${Redacted.value(token)}:`).toString("base64")
        assert.strictEqual((yield* ask(`Basic ${asUser}`)).status, 200)
        yield* ok(yield* folder, "ls-remote", url)
        yield* revokeToken({ id: known!.id, userId: id })
        assert.strictEqual((yield* ask(`Bearer ${Redacted.value(token)}`)).status, 401)
      })
    )

    it.effect("not to read a public one, but to write to it", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository({ visibility: "public" })
        const { url } = yield* member(repository, "write")
        yield* ok(yield* workTree(url), "push", "origin", "main")
        const plain = yield* urlOf(repository.name)
        const into = yield* folder

        yield* ok(into, "clone", "--quiet", plain, "clone")

        const refused = yield* git(join(into, "clone"), "push", "origin", "main:other")
        assert.strictEqual(refused.code, 128)
        assert.include(refused.output, "could not read Username")
      })
    )

    it.effect("and refuses a reader's push, and one with a token that may only read", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        for (const { url } of [
          yield* member(repository, "read"),
          yield* member(repository, "admin", { tokenRole: "read" })
        ]) {
          const path = yield* workTree(url)
          yield* ok(path, "ls-remote", "origin")

          const refused = yield* git(path, "push", "origin", "main")

          assert.strictEqual(refused.code, 128)
          assert.include(refused.output, "403")
          assert.include(refused.output, `This takes the role "write" in ${repository.name}`)
        }
        assert.deepStrictEqual(yield* linesOf(repository.id), [])
      })
    )

    it.effect("and sends a push to a copy of a host's repository there, and lets it be read", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { url } = yield* member(repository, "admin")
        const path = yield* workTree(url)
        yield* Database.use(({ run }) =>
          run((db) =>
            db
              .update(repositories)
              .set({
                externalServiceType: "github",
                externalServiceId: "https://github.invalid/",
                externalName: repository.name
              })
              .where(eq(repositories.id, repository.id))
          )
        )
        yield* ok(path, "ls-remote", "origin")

        const refused = yield* git(path, "push", "origin", "main")

        assert.strictEqual(refused.code, 128)
        assert.include(refused.output, `${repository.name} on https://github.invalid/`)
        assert.include(refused.output, "push there")
        assert.deepStrictEqual(yield* linesOf(repository.id), [])
      })
    )

    it.effect("and knows nothing of repositories that they may not know of", () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { token, url } = yield* member(repository, null)
        const nowhere = yield* urlOf("acme/nowhere", Redacted.value(token))

        for (const address of [url, nowhere]) {
          const refused = yield* git(yield* folder, "ls-remote", address)
          assert.strictEqual(refused.code, 128)
          assert.include(refused.output, "not found")
        }
      })
    )
  })

  it.effect("serves nothing beside git's own requests", () =>
    Effect.gen(function* () {
      const repository = yield* emptyRepository({ visibility: "public" })
      const base = yield* urlOf(repository.name)
      for (const path of [
        "HEAD",
        "config",
        "drover/secret",
        "info/refs",
        "info/refs?service=git-evil",
        "objects/info/packs"
      ]) {
        const answer = yield* Effect.promise(() => fetch(`${base}/${path}`))
        assert.strictEqual(answer.status, 404, path)
      }
      assert.isTrue(existsSync(`${repository.path}/drover/secret`))
    })
  )
})
