import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, FileSystem } from "effect"
import { commitTree, mergeTree, Oid } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { filesOf } from "./support/objects.ts"
import { nowhere } from "./support/oids.ts"

const lines = (...content: ReadonlyArray<string>) => content.map((line) => `${line}\n`).join("")

/** A repository where `main` and `feature` left a common commit, each with changes of its own. */
const diverged = Effect.fnUntraced(function* (
  start: Readonly<Record<string, string>>,
  onMain: Readonly<Record<string, string | null>>,
  onFeature: Readonly<Record<string, string | null>>,
  options: TestRepository.TestRepositoryOptions = {}
) {
  const repository = yield* TestRepository.make(options)
  const root = yield* repository.commit("main", start)
  const base = yield* repository.commit("main", onMain)
  const head = yield* repository.commit("feature", onFeature, { from: root })
  return { repository: repository.path, base, head }
})

layer(gitLayer(), realTime)("mergeTree", (it) => {
  it.effect("merges changes that do not touch each other", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" })

      const result = yield* mergeTree(pair)

      assert.isTrue(result.clean)
      assert.notProperty(result, "conflictedPaths")
    })
  )

  it.effect("reports both sides editing one line as a conflict", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n", b: "1\n" }, { a: "2\n" }, { a: "3\n" })

      const result = yield* mergeTree(pair)

      assert.isFalse(result.clean)
      assert.deepStrictEqual(!result.clean && result.conflictedPaths, ["a"])
    })
  )

  it.effect("reports an edit against a deletion as a conflict", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { a: null, other: "" }, { a: "2\n" })

      const result = yield* mergeTree(pair)

      assert.deepStrictEqual(!result.clean && result.conflictedPaths, ["a"])
    })
  )

  it.effect("reports one file renamed to two names as a conflict", () =>
    Effect.gen(function* () {
      const content = lines("one", "two", "three", "four", "five")
      const pair = yield* diverged({ old: content }, { old: null, mine: content }, { old: null, theirs: content })

      const result = yield* mergeTree(pair)

      assert.deepStrictEqual(!result.clean && result.conflictedPaths, ["mine", "old", "theirs"])
    })
  )

  it.effect("names conflicted files with spaces, newlines, quotes and other scripts in full", () =>
    Effect.gen(function* () {
      const names = ['qu"ote', "a file", "new\nline", "日本/ключ"]
      const all = (content: string) => Object.fromEntries(names.map((name) => [name, content]))
      const pair = yield* diverged(all("1\n"), all("2\n"), all("3\n"))

      const result = yield* mergeTree(pair)

      assert.sameMembers(result.clean ? [] : Array.from(result.conflictedPaths), names)
    })
  )

  it.effect("stands a replacement character in for bytes of a name that are not UTF-8", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()
      const commit = Effect.fnUntraced(function* (content: string, parents: ReadonlyArray<Oid>) {
        const blob = yield* ask(repository, ["hash-object", "-w", "--stdin"], content)
        const entry = Uint8Array.from([...Buffer.from(`100644 blob ${blob}\tcaf`), 0xe9, 0])
        const tree = Oid.make(yield* ask(repository, ["mktree", "-z"], entry))
        const author = { name: "Test", email: "test@drover.invalid", at: DateTime.makeUnsafe(0) }
        return yield* commitTree({ repository, tree, parents, message: content, author })
      })
      const root = yield* commit("1\n", [])
      const base = yield* commit("2\n", [root])
      const head = yield* commit("3\n", [root])

      const result = yield* mergeTree({ repository, base, head })

      assert.deepStrictEqual(!result.clean && result.conflictedPaths, ["caf\u{fffd}"])
    })
  )

  it.effect("adds no object to the repository, clean or not", () =>
    Effect.gen(function* () {
      const clean = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" })
      const conflict = yield* diverged({ a: "1\n" }, { a: "2\n" }, { a: "3\n" })
      const before = yield* Effect.forEach([clean, conflict], (pair) => filesOf(`${pair.repository}/objects`))

      yield* mergeTree(clean)
      yield* mergeTree(conflict)

      const after = yield* Effect.forEach([clean, conflict], (pair) => filesOf(`${pair.repository}/objects`))
      assert.deepStrictEqual(after, before)
    })
  )

  it.effect("keeps the merged tree when asked to, so that it can be committed", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" })

      const { tree } = yield* mergeTree({ ...pair, keepObjects: true })

      assert.strictEqual(yield* ask(pair.repository, ["ls-tree", "--name-only", tree]), "a\nb\nc")
    })
  )

  it.effect("gives the same tree whether or not it keeps it", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" })

      const discarded = yield* mergeTree(pair)
      const kept = yield* mergeTree({ ...pair, keepObjects: true })

      assert.deepStrictEqual(discarded, kept)
    })
  )

  it.effect("works on a repository whose path has colons, quotes and spaces in it", () =>
    Effect.gen(function* () {
      const folder = `a:b "c" \\d é.git`
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" }, { folder })

      assert.isTrue((yield* mergeTree(pair)).clean)
    })
  )

  it.effect("works on SHA-256 repositories", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { b: "3\n" }, { objectFormat: "sha256" })

      const result = yield* mergeTree(pair)

      assert.strictEqual(result.tree.length, 64)
      assert.deepStrictEqual(!result.clean && result.conflictedPaths, ["b"])
    })
  )

  it.effect("does not take a missing commit for a conflict", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" })

      const noHead = yield* Effect.flip(mergeTree({ ...pair, head: nowhere }))
      const noBase = yield* Effect.flip(mergeTree({ ...pair, base: nowhere }))

      for (const error of [noHead, noBase]) {
        assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere, retryable: false })
      }
    })
  )

  it.effect("does not take a tree for a commit", () =>
    Effect.gen(function* () {
      const pair = yield* diverged({ a: "1\n" }, { b: "2\n" }, { c: "3\n" })
      const { tree } = yield* mergeTree({ ...pair, keepObjects: true })

      const error = yield* Effect.flip(mergeTree({ ...pair, head: tree }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: tree })
    })
  )

  it.effect("tells unrelated histories from a conflict", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1\n" })
      const head = yield* repository.commit("other", { b: "2\n" }, { from: null })

      const error = yield* Effect.flip(mergeTree({ repository: repository.path, base, head }))

      assert.deepInclude(error, { _tag: "UnrelatedHistories", base, head, retryable: false })
    })
  )

  it.effect("says so when there is no repository", () =>
    Effect.gen(function* () {
      const repository = "/nowhere/at/all.git"

      const error = yield* Effect.flip(mergeTree({ repository, base: nowhere, head: nowhere }))

      assert.deepInclude(error, { _tag: "RepositoryNotFound", path: repository, retryable: false })
    })
  )

  it.effect("says that an empty repository lacks the commit", () =>
    Effect.gen(function* () {
      const { path } = yield* TestRepository.make()

      const error = yield* Effect.flip(mergeTree({ repository: path, base: nowhere, head: nowhere }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("does not merge with a tree it cannot read", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const pair = yield* diverged({ a: "1\n" }, { a: "2\n" }, { c: "3\n" })
      const tree = yield* ask(pair.repository, ["rev-parse", `${pair.head}^{tree}`])
      yield* fileSystem.remove(`${pair.repository}/objects/${tree.slice(0, 2)}/${tree.slice(2)}`)

      const error = yield* Effect.flip(mergeTree(pair))

      assert.deepInclude(error, { _tag: "GitFailed", retryable: true })
    })
  )
})
