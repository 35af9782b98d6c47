import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { mergeBase } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

layer(gitLayer(), realTime)("mergeBase", (it) => {
  it.effect("finds the commit that both grew from", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      yield* repository.commit("main", { a: "1" })
      const fork = yield* repository.commit("main", { a: "2" })
      const head = yield* repository.commit("feature", { b: "1" }, { from: fork })
      const base = yield* repository.commit("main", { a: "3" })

      assert.strictEqual(yield* mergeBase({ repository: repository.path, base, head }), fork)
    })
  )

  it.effect("says that unrelated histories have none", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1" })
      const head = yield* repository.commit("other", { b: "1" }, { from: null })

      const error = yield* Effect.flip(mergeBase({ repository: repository.path, base, head }))

      assert.deepInclude(error, { _tag: "UnrelatedHistories", base, head })
      assert.include(error.message, "choose branches")
    })
  )

  it.effect("names the commit that does not exist", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const base = yield* repository.commit("main", { a: "1" })

      const error = yield* Effect.flip(mergeBase({ repository: repository.path, base, head: nowhere }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
