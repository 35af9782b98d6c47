import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { filePatch, type FilePatchOptions } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"

const numbered = (changed: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 20 }, (_, index) => changed[index + 1] ?? `${index + 1}\n`).join("")

const patchOf = Effect.fnUntraced(function* (
  before: Readonly<Record<string, string | null>>,
  after: Readonly<Record<string, string | null>>,
  of: Pick<FilePatchOptions, "path" | "previousPath">
) {
  const repository = yield* TestRepository.make()
  const base = yield* repository.commit("main", { keep: "x\n", ...before })
  const head = yield* repository.commit("feature", after, { from: "main" })
  yield* repository.commit("main", { of: "the base\n" })
  const lines = yield* filePatch({ repository: repository.path, base, head, ...of })
  return lines.map(({ newLine, oldLine, position }) => `${position}: ${oldLine ?? "-"} ${newLine ?? "-"}`)
})

layer(gitLayer(), realTime)("filePatch", (it) => {
  it.effect("places the lines that a diff shows, and counts the headers of later hunks", () =>
    Effect.gen(function* () {
      const after = numbered({ 2: "", 18: "eighteen\nmore\n" })
      assert.deepStrictEqual(yield* patchOf({ a: numbered() }, { a: after }, { path: "a" }), [
        "1: 1 1",
        "2: 2 -",
        "3: 3 2",
        "4: 4 3",
        "5: 5 4",
        // 6 is the second hunk's header
        "7: 15 14",
        "8: 16 15",
        "9: 17 16",
        "10: 18 -",
        "11: - 17",
        "12: - 18",
        "13: 19 19",
        "14: 20 20"
      ])
    })
  )

  it.effect("counts the note about a missing newline, and takes no removed line for a header", () =>
    Effect.gen(function* () {
      const lines = yield* patchOf({ a: "-- a\n@@ -1 +1 @@\nend" }, { a: "end\nnew" }, { path: "a" })
      assert.deepStrictEqual(lines, ["1: 1 -", "2: 2 -", "3: 3 -", "5: - 1", "6: - 2"])
    })
  )

  it.effect("shows a new file whole, and a removed one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* patchOf({}, { a: "1\n2\n" }, { path: "a" }), ["1: - 1", "2: - 2"])
      assert.deepStrictEqual(yield* patchOf({ a: "1\n2\n" }, { a: null }, { path: "a" }), ["1: 1 -", "2: 2 -"])
    })
  )

  it.effect("shows what changed in a file that was renamed", () =>
    Effect.gen(function* () {
      const moved = { old: null, new: numbered({ 1: "one\n" }) }
      const lines = yield* patchOf({ old: numbered() }, moved, { path: "new", previousPath: "old" })
      assert.deepStrictEqual(lines, ["1: 1 -", "2: - 1", "3: 2 2", "4: 3 3", "5: 4 4"])
    })
  )

  it.effect("has no lines of a binary file, of one that did not change, and of what a star would match", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* patchOf({}, { a: "\0\0" }, { path: "a" }), [])
      assert.deepStrictEqual(yield* patchOf({}, { a: "1\n" }, { path: "keep" }), [])
      assert.deepStrictEqual(yield* patchOf({}, { a: "1\n" }, { path: "*" }), [])
    })
  )
})
