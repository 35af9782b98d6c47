import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { hasMergeCommits } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

layer(gitLayer(), realTime)("hasMergeCommits", (it) => {
  it.effect("finds none in a straight line of commits", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1" })
      yield* repository.commit("feature", { b: "1" }, { from: "main" })
      const head = yield* repository.commit("feature", { b: "2" })

      assert.isFalse(yield* hasMergeCommits({ repository: repository.path, base, head }))
    })
  )

  it.effect("finds one that is not the tip", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const root = yield* repository.commit("main", { a: "1" })
      yield* repository.commit("feature", { b: "1" }, { from: root })
      const base = yield* repository.commit("main", { a: "2" })
      yield* repository.merge("feature", "main")
      const head = yield* repository.commit("feature", { b: "2" })

      assert.isTrue(yield* hasMergeCommits({ repository: repository.path, base, head }))
    })
  )

  it.effect("overlooks those that the base already has", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const root = yield* repository.commit("main", { a: "1" })
      yield* repository.commit("side", { b: "1" }, { from: root })
      yield* repository.commit("main", { a: "2" })
      const base = yield* repository.merge("main", "side")
      const head = yield* repository.commit("feature", { c: "1" }, { from: base })

      assert.isFalse(yield* hasMergeCommits({ repository: repository.path, base, head }))
    })
  )

  it.effect("names the commit that does not exist", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const head = yield* repository.commit("main", { a: "1" })

      const error = yield* Effect.flip(hasMergeCommits({ repository: repository.path, base: nowhere, head }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
