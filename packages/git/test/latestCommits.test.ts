import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { latestCommits } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

layer(gitLayer(), realTime)("latestCommits", (it) => {
  it.effect("gives commits oldest first, with what each added, modified and removed", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const first = yield* commit("main", { "a b.txt": "1", é: "1", gone: "1" })
      const head = yield* commit("main", { "a b.txt": "2", gone: null, new: "1" }, { message: "Second\n" })

      const commits = yield* latestCommits({ repository, head, without: [], limit: 20 })

      assert.deepStrictEqual(
        commits.map(({ added, modified, oid, removed }) => ({ added, modified, oid, removed })),
        [
          { oid: first, added: ["a b.txt", "gone", "é"], modified: [], removed: [] },
          { oid: head, added: ["new"], modified: ["a b.txt"], removed: ["gone"] }
        ]
      )
      assert.strictEqual(commits[1]?.message, "Second\n")
    })
  )

  it.effect("gives the newest where there are more, and leaves out what was there before", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const oids = yield* Effect.forEach([1, 2, 3, 4, 5], (n) => commit("main", { a: String(n) }))
      const head = oids[4]!
      const get = (limit: number, without: typeof oids) =>
        Effect.map(latestCommits({ repository, head, without, limit }), (all) => all.map(({ oid }) => oid))

      assert.deepStrictEqual(yield* get(2, []), oids.slice(3))
      assert.deepStrictEqual(yield* get(20, [oids[1]!]), oids.slice(2))
      assert.deepStrictEqual(yield* get(20, [head]), [])
    })
  )

  it.effect("compares a merge with its first parent", () =>
    Effect.gen(function* () {
      const { commit, merge, path: repository } = yield* TestRepository.make()
      const root = yield* commit("main", { a: "1" })
      yield* commit("side", { b: "1" }, { from: root })
      const before = yield* commit("main", { c: "1" })
      const head = yield* merge("main", "side")

      const commits = yield* latestCommits({ repository, head, without: [before], limit: 20 })

      assert.deepStrictEqual(commits.at(-1)?.oid, head)
      assert.deepStrictEqual(commits.at(-1)?.added, ["b"])
      assert.lengthOf(commits, 2)
    })
  )

  it.effect("names the commit that does not exist", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const head = yield* commit("main", { a: "1" })

      const error = yield* Effect.flip(latestCommits({ repository, head, without: [nowhere], limit: 1 }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
