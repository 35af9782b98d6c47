import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { diffTotals, diffTotalsOfMany, type FileChange } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

const content = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("")

/** The totals of one commit's changes. */
const totalsOf = Effect.fnUntraced(function* (
  before: Readonly<Record<string, FileChange>>,
  after: Readonly<Record<string, FileChange>>
) {
  const repository = yield* TestRepository.make()
  const base = yield* repository.commit("main", before)
  const head = yield* repository.commit("feature", after, { from: "main" })
  return yield* diffTotals({ repository: repository.path, base, head })
})

layer(gitLayer(), realTime)("diffTotals", (it) => {
  it.effect("sums lines over changed, new and deleted files", () =>
    Effect.gen(function* () {
      const totals = yield* totalsOf(
        { changed: "1\n2\n3\n", deleted: "a\nb\n", same: "x\n" },
        { changed: "1\n2\nthree\nfour\n", deleted: null, added: "y\n" }
      )

      assert.deepStrictEqual(totals, { additions: 3, deletions: 3, changedFiles: 3, binaryFiles: 0 })
    })
  )

  it.effect("counts binary files as changed, without lines", () =>
    Effect.gen(function* () {
      const totals = yield* totalsOf(
        { image: Uint8Array.of(0, 1, 2), text: "1\n" },
        { image: Uint8Array.of(0, 3, 4), text: "2\n" }
      )

      assert.deepStrictEqual(totals, { additions: 1, deletions: 1, changedFiles: 2, binaryFiles: 1 })
    })
  )

  it.effect("counts a renamed file once, with the lines that changed in it", () =>
    Effect.gen(function* () {
      const totals = yield* totalsOf(
        { "old name": content, other: "1\n" },
        { "old name": null, "7\t7\tname": `${content}more\n`, other: "2\n" }
      )

      assert.deepStrictEqual(totals, { additions: 2, deletions: 1, changedFiles: 2, binaryFiles: 0 })
    })
  )

  it.effect("counts what happened on the head alone", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const fork = yield* repository.commit("main", { a: "1\n" })
      const head = yield* repository.commit("feature", { b: "1\n2\n" }, { from: fork })
      const base = yield* repository.commit("main", { c: "1\n2\n3\n" })

      const totals = yield* diffTotals({ repository: repository.path, base, head })

      assert.deepStrictEqual(totals, { additions: 2, deletions: 0, changedFiles: 1, binaryFiles: 0 })
    })
  )

  it.effect("counts files in folders, and names of every kind", () =>
    Effect.gen(function* () {
      const totals = yield* totalsOf(
        { a: "" },
        { "x/y/z": "1\n", "日本 語": "1\n", "7\t7\tname": "1\n", "new\nline": "1\n" }
      )

      assert.deepStrictEqual(totals, { additions: 4, deletions: 0, changedFiles: 4, binaryFiles: 0 })
    })
  )

  it.effect("finds nothing between equal commits", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* totalsOf({ a: "1\n" }, {}), {
        additions: 0,
        deletions: 0,
        changedFiles: 0,
        binaryFiles: 0
      })
    })
  )

  it.effect("runs no diff program that the repository names", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1\n" })
      const head = yield* repository.commit("main", { a: "2\n" })
      const ran = `${repository.path}/ran`
      const program = `${repository.path}/program`
      yield* fileSystem.writeFileString(program, `#!/bin/sh\n: > '${ran}'\n`, { mode: 0o755 })
      yield* fileSystem.makeDirectory(`${repository.path}/info`)
      yield* fileSystem.writeFileString(`${repository.path}/info/attributes`, "* diff=odd\n")
      yield* ask(repository.path, ["config", "diff.odd.command", program])
      yield* ask(repository.path, ["config", "diff.odd.textconv", program])

      const totals = yield* diffTotals({ repository: repository.path, base, head })

      assert.isFalse(yield* fileSystem.exists(ran))
      assert.deepInclude(totals, { additions: 1, deletions: 1 })
    })
  )

  it.effect("tells unrelated histories and missing commits apart", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1" })
      const head = yield* repository.commit("other", { b: "1" }, { from: null })

      const unrelated = yield* Effect.flip(diffTotals({ repository: repository.path, base, head }))
      const missing = yield* Effect.flip(diffTotals({ repository: repository.path, base, head: nowhere }))

      assert.deepInclude(unrelated, { _tag: "UnrelatedHistories", base, head })
      assert.deepInclude(missing, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("sums many in one process, in the order asked for, an empty one and a rename among them", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("")
      const root = yield* repository.commit("main", { old: lines, a: "1\n" })
      const renamed = yield* repository.commit("renamed", { old: null, "new\nname": `${lines}more\n` }, { from: root })
      const other = yield* repository.commit("other", { a: "2\n", b: "3\n4\n" }, { from: root })
      const image = yield* repository.commit("image", { image: Uint8Array.of(0, 1, 2) }, { from: root })
      const tos = [renamed, root, other, renamed, image]

      const totals = yield* diffTotalsOfMany({
        repository: repository.path,
        ranges: tos.map((to) => ({ from: root, to }))
      })

      const alone = yield* Effect.forEach(tos, (head) => diffTotals({ repository: repository.path, base: root, head }))
      assert.deepStrictEqual(totals, alone)
      assert.deepStrictEqual(
        totals.map(({ changedFiles }) => changedFiles),
        [1, 0, 2, 1, 1]
      )
      assert.deepStrictEqual(yield* diffTotalsOfMany({ repository: repository.path, ranges: [] }), [])
    })
  )

  it.effect("says which of many commits there is none of", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const root = yield* repository.commit("main", { a: "1\n" })
      const ranges = [
        { from: root, to: root },
        { from: nowhere, to: root }
      ]

      const error = yield* Effect.flip(diffTotalsOfMany({ repository: repository.path, ranges }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
