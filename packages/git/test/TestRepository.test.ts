import { assert, layer } from "@effect/vitest"
import { Effect, Exit, FileSystem } from "effect"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"

layer(gitLayer(), realTime)("TestRepository", (it) => {
  it.effect("gives the same ids to the same calls", () =>
    Effect.gen(function* () {
      const play = Effect.gen(function* () {
        const repository = yield* TestRepository.make()
        yield* repository.commit("main", { a: "1" })
        yield* repository.commit("feature", { b: "1" }, { from: "main" })
        yield* repository.commit("main", { a: "2" })
        return yield* repository.merge("feature", "main")
      })

      assert.strictEqual(yield* play, yield* play)
    })
  )

  it.effect("grows a branch from its own tip, from another, or from nothing", () =>
    Effect.gen(function* () {
      const { commit, path } = yield* TestRepository.make()
      const first = yield* commit("main", { a: "1" })
      const second = yield* commit("main", { a: "2" })
      yield* commit("side", { b: "1" }, { from: first })
      yield* commit("alone", { c: "1" }, { from: null })

      const parents = (branch: string) => ask(path, ["log", "-1", "--format=%P", branch])
      assert.deepStrictEqual(yield* Effect.forEach(["main", "side", "alone"], parents), [first, first, ""])
      assert.notStrictEqual(second, first)
    })
  )

  it.effect("dies when a merge conflicts or a branch is not there", () =>
    Effect.gen(function* () {
      const { commit, merge, tip } = yield* TestRepository.make()
      const root = yield* commit("main", { a: "1" })
      yield* commit("other", { a: "2" }, { from: root })
      yield* commit("main", { a: "3" })

      assert.isTrue(Exit.hasDies(yield* Effect.exit(merge("main", "other"))))
      assert.isTrue(Exit.hasDies(yield* Effect.exit(tip("gone"))))
    })
  )

  it.effect("is gone when its scope closes", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem

      const path = yield* Effect.scoped(
        Effect.gen(function* () {
          const repository = yield* TestRepository.make()
          yield* repository.commit("main", { a: "1" })
          return repository.path
        })
      )

      assert.isFalse(yield* fileSystem.exists(path))
    })
  )
})
