import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readFirstFile } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

const made = Effect.gen(function* () {
  const { commit, path: repository } = yield* TestRepository.make()
  const oid = yield* commit("main", { "docs/b": "bee\n", c: "sea\n", "dir/x": "x\n" })
  return (paths: ReadonlyArray<string>, maxBytes = 10, at = oid) =>
    readFirstFile({ repository, commit: at, paths, maxBytes })
})

layer(gitLayer(), realTime)("readFirstFile", (it) => {
  it.effect("reads the first of the paths that is a file", () =>
    Effect.gen(function* () {
      const read = yield* made
      const found = yield* read(["a", "dir", "docs/b", "c"])
      assert.deepInclude(found, { path: "docs/b", sizeBytes: 4 })
      assert.strictEqual(Buffer.from(found!.content!).toString(), "bee\n")
    })
  )

  it.effect("finds one that is too large, and does not read it", () =>
    Effect.gen(function* () {
      const read = yield* made
      assert.deepStrictEqual(yield* read(["c"], 3), { path: "c", sizeBytes: 4, content: undefined })
      assert.isDefined((yield* read(["c"], 4))?.content)
    })
  )

  it.effect("finds nothing where there is no such file, or no such commit", () =>
    Effect.gen(function* () {
      const read = yield* made
      assert.isUndefined(yield* read(["a", "dir"]))
      assert.isUndefined(yield* read([]))
      assert.isUndefined(yield* read(["c"], 10, nowhere))
    })
  )
})
