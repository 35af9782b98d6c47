import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { aheadBehind, changedFiles, diffTotals, mergeBase, mergeTree } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"
import { surface } from "./support/surface.ts"

const plain = { previousPath: undefined, binary: false }

layer(gitLayer(), realTime)("changedFiles", (it) => {
  it.effect("shows what the head changed since it left the base", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface

      assert.deepStrictEqual(yield* changedFiles({ repository, base, head }), [
        { ...plain, status: "added", path: "b.txt", additions: 1, deletions: 0 },
        { ...plain, status: "added", path: "c.txt", additions: 2, deletions: 0 }
      ])
    })
  )

  it.effect("shows what differs now, the base's own changes undone, when asked to", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface

      const files = yield* changedFiles({ repository, base, head, since: "base" })

      assert.deepStrictEqual(
        files.map(({ path, status }) => `${status} ${path}`),
        ["added b.txt", "added c.txt", "deleted m.txt"]
      )
    })
  )

  it.effect("agrees with the other things git says of two branches", () =>
    Effect.gen(function* () {
      const pair = yield* surface

      assert.strictEqual(yield* mergeBase(pair), pair.root)
      assert.deepStrictEqual(yield* aheadBehind(pair), { ahead: 2, behind: 1 })
      assert.deepInclude(yield* diffTotals(pair), { additions: 3, deletions: 0, changedFiles: 2 })
      assert.isTrue((yield* mergeTree(pair)).clean)
    })
  )

  it.effect("knows renames, deletions, binary files, changed modes, and names with anything in them", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const content = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("")
      const before = { "1\t1\told": content, gone: "x\n", image: Uint8Array.of(0, 1), script: "x\n", text: "1\n2\n" }
      const base = yield* commit("main", before)
      const head = yield* commit("main", {
        "1\t1\told": null,
        ":100 new\nname": `${content}more\n`,
        gone: null,
        image: Uint8Array.of(0, 2),
        script: { content: "x\n", mode: "100755" },
        text: "1\nzwei\n"
      })

      assert.deepStrictEqual(yield* changedFiles({ repository, base, head }), [
        {
          status: "renamed",
          path: ":100 new\nname",
          previousPath: "1\t1\told",
          additions: 1,
          deletions: 0,
          binary: false
        },
        { ...plain, status: "deleted", path: "gone", additions: 0, deletions: 1 },
        { status: "modified", path: "image", previousPath: undefined, additions: 0, deletions: 0, binary: true },
        { ...plain, status: "modified", path: "script", additions: 0, deletions: 0 },
        { ...plain, status: "modified", path: "text", additions: 1, deletions: 1 }
      ])
    })
  )

  it.effect("names the commit that does not exist, and tells unrelated histories from it", () =>
    Effect.gen(function* () {
      const { base, repository, test } = yield* surface
      const head = yield* test.commit("other", { x: "" }, { from: null })

      const missing = yield* Effect.flip(changedFiles({ repository, base, head: nowhere, since: "base" }))
      const unrelated = yield* Effect.flip(changedFiles({ repository, base, head }))

      assert.deepInclude(missing, { _tag: "RevisionNotFound", revision: nowhere })
      assert.deepInclude(unrelated, { _tag: "UnrelatedHistories", base, head })
    })
  )
})
