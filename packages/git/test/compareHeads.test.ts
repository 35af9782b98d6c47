import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { aheadBehind, type ComparedHead, compareHeads, hasMergeCommits, mergeBase, type Oid } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"
import * as Spawns from "./support/Spawns.ts"

/** What the operations on one pair say of each. */
const oneByOne = Effect.fnUntraced(function* (repository: string, base: Oid, heads: ReadonlyArray<Oid>) {
  const compared = new Map<Oid, ComparedHead>()
  for (const head of heads) {
    const pair = { repository, base, head }
    compared.set(head, {
      ...(yield* aheadBehind(pair)),
      mergeCommits: yield* hasMergeCommits(pair),
      mergeBase: yield* mergeBase(pair).pipe(Effect.catchTag("UnrelatedHistories", () => Effect.succeed(null)))
    })
  }
  return compared
})

/** Branches of every kind beside `main`. */
const history = Effect.gen(function* () {
  const repository = yield* TestRepository.make()
  const { commit, merge, tip } = repository
  yield* commit("main", { a: "0" })
  yield* commit("old", { old: "1" }, { from: "main" })
  yield* commit("main", { a: "1" })
  yield* commit("old", { old: "2" })
  yield* commit("stacked", { stacked: "1" }, { from: "old" })
  yield* commit("updated", { updated: "1" }, { from: "main" })
  yield* commit("side", { side: "1" }, { from: "main" })
  yield* commit("main", { a: "2" })
  yield* merge("updated", "main")
  yield* commit("main", { a: "3" })
  yield* merge("updated", "main")
  yield* merge("main", "side")
  yield* commit("side", { side: "2" })
  // each merges the other's past: two merge bases
  yield* commit("cross", { cross: "1" }, { from: "main" })
  const crossed = yield* tip("cross")
  yield* commit("main", { a: "4" })
  yield* commit("copy", { copy: "1" }, { from: "main" })
  yield* merge("cross", "main")
  yield* commit("crossed", { crossed: "1" }, { from: crossed })
  yield* merge("main", "crossed")
  yield* commit("fresh", { fresh: "1" }, { from: "main" })
  const behind = yield* tip("main")
  yield* repository.forcePush("contained", behind)
  yield* commit("main", { a: "5" })
  return repository
})

layer(gitLayer(), realTime)("compareHeads", (it) => {
  it.effect("says of each head what the operations on one pair say", () =>
    Effect.gen(function* () {
      const { path, tip } = yield* history
      const names = ["old", "stacked", "updated", "side", "cross", "crossed", "copy", "fresh", "contained", "main"]
      const heads = yield* Effect.forEach(names, tip)
      const base = yield* tip("main")

      const compared = yield* compareHeads({ repository: path, base, heads })

      assert.deepStrictEqual(compared, yield* oneByOne(path, base, heads))
      for (const other of ["updated", "cross", "old"]) {
        const onto = yield* tip(other)
        assert.deepStrictEqual(
          yield* compareHeads({ repository: path, base: onto, heads }),
          yield* oneByOne(path, onto, heads)
        )
      }
      for (const head of heads) {
        assert.deepStrictEqual(
          yield* compareHeads({ repository: path, base, heads: [head] }),
          yield* oneByOne(path, base, [head])
        )
      }
    })
  )

  it.effect("tells a head of another history, beside others", () =>
    Effect.gen(function* () {
      const { commit, path, tip } = yield* history
      const stranger = yield* commit("stranger", { x: "1" }, { from: null })
      const heads = [yield* tip("old"), stranger, yield* tip("side")]
      const base = yield* tip("main")

      const compared = yield* compareHeads({ repository: path, base, heads })

      assert.deepStrictEqual(compared, yield* oneByOne(path, base, heads))
      assert.isNull(compared.get(stranger)?.mergeBase)
    })
  )

  it.effect("takes three processes for any number of heads, and none for no heads", () =>
    Effect.gen(function* () {
      const { commit, path, tip } = yield* history
      const heads: Array<Oid> = []
      for (let index = 0; index < 10; index++) {
        heads.push(yield* commit(`head-${index}`, { [`f${index}`]: "" }, { from: index % 2 === 0 ? "fresh" : "old" }))
      }
      const base = yield* tip("main")
      const spawns = yield* Spawns.Spawns
      const before = spawns.total()

      const compared = yield* compareHeads({ repository: path, base, heads: [...heads, ...heads] })

      assert.strictEqual(spawns.total() - before, 3)
      assert.strictEqual(compared.size, 10)
      assert.strictEqual((yield* compareHeads({ repository: path, base, heads: [] })).size, 0)
      assert.strictEqual(spawns.total() - before, 3)
    }).pipe(Effect.provide(Spawns.layer()))
  )

  it.effect("says which commit there is none of", () =>
    Effect.gen(function* () {
      const { path, tip } = yield* history
      const [base, head] = [yield* tip("main"), yield* tip("old")]

      for (const asked of [
        { base, heads: [head, nowhere] },
        { base: nowhere, heads: [head] }
      ]) {
        const error = yield* Effect.flip(compareHeads({ repository: path, ...asked }))
        assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
      }
    })
  )
})
