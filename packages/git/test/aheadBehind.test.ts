import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { aheadBehind } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

layer(gitLayer(), realTime)("aheadBehind", (it) => {
  it.effect("counts the commits of each side alone", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      yield* repository.commit("main", { a: "1" })
      yield* repository.commit("feature", { b: "1" }, { from: "main" })
      const head = yield* repository.commit("feature", { b: "2" })
      const base = yield* repository.commit("main", { a: "2" })

      assert.deepStrictEqual(yield* aheadBehind({ repository: repository.path, base, head }), { ahead: 2, behind: 1 })
    })
  )

  it.effect("counts nothing between a commit and itself", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const tip = yield* repository.commit("main", { a: "1" })

      const counts = yield* aheadBehind({ repository: repository.path, base: tip, head: tip })

      assert.deepStrictEqual(counts, { ahead: 0, behind: 0 })
    })
  )

  it.effect("counts merge commits, and forgets commits that were pushed away", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const root = yield* repository.commit("main", { a: "1" })
      yield* repository.commit("feature", { b: "1" }, { from: root })
      const base = yield* repository.commit("main", { a: "2" })
      const head = yield* repository.merge("feature", "main")
      assert.deepStrictEqual(yield* aheadBehind({ repository: repository.path, base, head }), { ahead: 2, behind: 0 })

      yield* repository.forcePush("feature", root)

      const pair = { repository: repository.path, base, head: yield* repository.tip("feature") }
      assert.deepStrictEqual(yield* aheadBehind(pair), { ahead: 0, behind: 1 })
    })
  )

  it.effect("counts every commit of unrelated histories", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1" })
      const head = yield* repository.commit("other", { b: "1" }, { from: null })

      assert.deepStrictEqual(yield* aheadBehind({ repository: repository.path, base, head }), { ahead: 1, behind: 1 })
    })
  )

  it.effect("names the commit that does not exist", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1" })

      const error = yield* Effect.flip(aheadBehind({ repository: repository.path, base, head: nowhere }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
