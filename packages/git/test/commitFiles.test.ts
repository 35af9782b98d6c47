import { assert, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { commitFiles, commitTree, type FileChange, Oid, type Signature } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { filesOf } from "./support/objects.ts"
import { nowhere } from "./support/oids.ts"

const author: Signature = {
  name: "Ada Lovelace",
  email: "ada@example.com",
  at: DateTime.makeUnsafe("2026-01-02T03:04:05Z")
}

/** Commits to a new repository: first `before`, then `after` on top, and lists what there is. */
const committed = Effect.fnUntraced(function* (
  before: Readonly<Record<string, FileChange>>,
  after: Readonly<Record<string, FileChange>>
) {
  const { commit, path: repository } = yield* TestRepository.make()
  const parent = yield* commit("main", before)
  const oid = yield* commitFiles({ repository, parent, files: after, message: "Change", author })
  const listed = yield* ask(repository, ["ls-tree", "-r", "-z", oid])
  const entries = listed.split("\0").filter((entry) => entry !== "")
  return { repository, parent, oid, paths: entries.map((entry) => entry.split("\t")[1]), entries }
})

layer(gitLayer(), realTime)("commitFiles", (it) => {
  it.effect("adds, changes and deletes files and keeps the others", () =>
    Effect.gen(function* () {
      const { oid, paths, repository } = yield* committed(
        { kept: "1", changed: "1", "deep/gone": "1" },
        { changed: "2", "deep/gone": null, "deep/new": "3" }
      )

      assert.deepStrictEqual(paths, ["changed", "deep/new", "kept"])
      assert.strictEqual(yield* ask(repository, ["cat-file", "blob", `${oid}:changed`]), "2")
    })
  )

  it.effect("writes who, when, why and on top of what", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const parent = yield* commit("main", { a: "1" })
      const committer = { name: "Bob", email: "", at: DateTime.makeUnsafe("2026-02-03T00:00:00Z") }

      const oid = yield* commitFiles({
        repository,
        parent,
        files: { a: "2" },
        message: "-F/etc/passwd\n\n# körper",
        author,
        committer
      })

      const format = "--format=%P|%an <%ae> %at|%cn <%ce> %ct|%B"
      assert.strictEqual(
        yield* ask(repository, ["log", "-1", format, oid]),
        `${parent}|Ada Lovelace <ada@example.com> 1767323045|Bob <> 1770076800|-F/etc/passwd\n\n# körper`
      )
    })
  )

  it.effect("gives one commit the one id that `git commit` gives it, whenever and wherever it is written", () =>
    Effect.gen(function* () {
      const write = Effect.gen(function* () {
        const { path: repository } = yield* TestRepository.make()
        return yield* commitFiles({ repository, parent: null, files: { b: "2", a: "1" }, message: "First", author })
      })

      assert.strictEqual(yield* write, "3b0a0e568be8a25e09e852cf60a436539e8e4188")
      assert.strictEqual(yield* write, yield* write)
    })
  )

  it.effect("writes binary content and text as they are", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
      const { entries } = yield* committed({}, { bytes, text: "a\r\nb" })

      assert.include(entries[0], "c86626638e0bc8cf47ca49bb1525b40e9737ee64")
      assert.include(entries[1], "0c991fcb4fe1739224d4a0df2973df2de4eef4ad")
    })
  )

  it.effect("marks executable files and symbolic links", () =>
    Effect.gen(function* () {
      const { entries } = yield* committed(
        {},
        { link: { content: "run", mode: "120000" }, run: { content: "#!/bin/sh\n", mode: "100755" } }
      )

      assert.deepStrictEqual(
        entries.map((entry) => entry.slice(0, 6)),
        ["120000", "100755"]
      )
    })
  )

  it.effect("takes names with spaces, newlines, tabs, quotes, dashes and other scripts", () =>
    Effect.gen(function* () {
      const names = ["--force", "a b", "new\nline", 'q"uote', "tab\tbed", "日本/ключ", "__proto__x"]
      const { oid, repository } = yield* committed({}, Object.fromEntries(names.map((name) => [name, name])))

      const listed = yield* ask(repository, ["ls-tree", "-r", "-z", "--name-only", oid])
      assert.sameMembers(listed.split("\0"), [...names, ""])
    })
  )

  it.effect("lets a file give way to a folder of its name, and a folder to a file", () =>
    Effect.gen(function* () {
      const toFolder = yield* committed({ a: "1" }, { a: null, "a/b": "2" })
      const toFile = yield* committed({ "a/b": "1" }, { a: "2", "a/b": null })

      assert.deepStrictEqual(toFolder.paths, ["a/b"])
      assert.deepStrictEqual(toFile.paths, ["a"])
    })
  )

  it.effect("deletes files in SHA-256 repositories", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make({ objectFormat: "sha256" })
      yield* commit("main", { a: "1", b: "1", c: null })
      yield* commit("main", { a: null })

      assert.strictEqual(yield* ask(repository, ["ls-tree", "--name-only", "main"]), "b")
    })
  )

  it.effect("does not mind deleting a file that is not there", () =>
    Effect.gen(function* () {
      const { paths } = yield* committed({ a: "1" }, { b: null })

      assert.deepStrictEqual(paths, ["a"])
    })
  )

  it.effect("refuses paths that git would skip or lose", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const parent = yield* commit("main", { a: "1" })

      for (const name of ["../up", "/etc/passwd", ".git/config", "a//b", "", "nul\0", "sub/.GIT/hooks/x", "end/"]) {
        const files = { fine: "1", [name]: "2" }
        const error = yield* Effect.flip(commitFiles({ repository, parent, files, message: "", author }))
        assert.deepInclude(error, { _tag: "NameRejected", kind: "path", name, retryable: false })
      }
    })
  )

  it.effect("refuses a path that is a file and a folder at once", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()
      const files = { a: "1", "a/b/c": "2" }

      const error = yield* Effect.flip(commitFiles({ repository, parent: null, files, message: "", author }))

      assert.deepInclude(error, { _tag: "NameRejected", kind: "path", name: "a/b/c" })
    })
  )

  it.effect("refuses signatures and messages that git would change", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()
      const files = { a: "1" }
      const changes: ReadonlyArray<Partial<Signature>> = [
        { name: "" },
        { name: " . " },
        { name: "a <b>" },
        { name: "a\nb" },
        { email: "a\0b" },
        { at: DateTime.makeUnsafe(-1000) }
      ]

      for (const change of changes) {
        const odd = { ...author, ...change }
        const error = yield* Effect.flip(commitFiles({ repository, parent: null, files, message: "", author: odd }))
        assert.deepInclude(error, { _tag: "NameRejected", kind: "signature" })
      }
      const error = yield* Effect.flip(commitFiles({ repository, parent: null, files, message: "a\0b", author }))
      assert.deepInclude(error, { _tag: "NameRejected", kind: "message" })
    })
  )

  it.effect("names the parent that does not exist", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()

      const error = yield* Effect.flip(
        commitFiles({ repository, parent: nowhere, files: { a: "1" }, message: "", author })
      )

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("leaves nothing in the repository but objects", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const parent = yield* commit("main", { a: "1" })
      const outside = Effect.map(filesOf(repository), (files) => files.filter((file) => !file.startsWith("objects")))
      const before = yield* outside

      yield* commitFiles({ repository, parent, files: { a: "2" }, message: "Change", author })

      assert.deepStrictEqual(yield* outside, before)
    })
  )
})

layer(gitLayer(), realTime)("commitTree", (it) => {
  it.effect("writes a merge of two parents, in order", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const one = yield* commit("one", { a: "1" })
      const two = yield* commit("two", { b: "1" })
      const tree = Oid.make(yield* ask(repository, ["rev-parse", "one^{tree}"]))

      const oid = yield* commitTree({ repository, tree, parents: [two, one], message: "Merge", author })

      assert.strictEqual(yield* ask(repository, ["log", "-1", "--format=%P", oid]), `${two} ${one}`)
    })
  )

  it.effect("names the parent that does not exist", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      yield* commit("one", { a: "1" })
      const tree = Oid.make(yield* ask(repository, ["rev-parse", "one^{tree}"]))

      const error = yield* Effect.flip(commitTree({ repository, tree, parents: [nowhere], message: "", author }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
