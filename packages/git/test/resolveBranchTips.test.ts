import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { resolveBranchTips } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import * as Spawns from "./support/Spawns.ts"
import { gitLayer, realTime } from "./support/layers.ts"

layer(gitLayer(), realTime)("resolveBranchTips", (it) => {
  it.effect("finds the branches that exist and lists those that do not", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const main = yield* repository.commit("main", { a: "1" })
      const feature = yield* repository.commit("feature/one", { b: "1" }, { from: main })

      const found = yield* resolveBranchTips({
        repository: repository.path,
        branches: ["main", "gone", "feature/one", "feature", "main"]
      })

      assert.deepStrictEqual(Array.from(found.tips), [
        ["main", main],
        ["feature/one", feature]
      ])
      assert.deepStrictEqual(found.missing, ["gone", "feature"])
    })
  )

  it.effect("takes names with slashes, other scripts and punctuation", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const branches = ["a/b/c", "ветка/日本", "fix-#12", "it's$(here);&|", '"quoted"', "@home", "e\u0301"]
      const tip = yield* repository.commit("main", { a: "1" })
      yield* Effect.forEach(branches, (branch) => repository.forcePush(branch, tip))

      const found = yield* resolveBranchTips({ repository: repository.path, branches })

      assert.deepStrictEqual(Array.from(found.tips.keys()), branches)
    })
  )

  it.effect("does not mistake a branch that is called like a full ref", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      yield* repository.commit("refs/heads/main", { a: "1" })

      const found = yield* resolveBranchTips({ repository: repository.path, branches: ["main"] })

      assert.deepStrictEqual(found.missing, ["main"])
    })
  )

  it.effect("refuses names that could be options or patterns", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const fileSystem = yield* FileSystem.FileSystem
      yield* repository.commit("main", { a: "1" })
      const ran = `${repository.path}/ran`
      const names = [`--upload-pack=touch ${ran}`, "--all", "-d", "*", "main..main", "main^{tree}", "a b", ""]

      for (const name of names) {
        const error = yield* Effect.flip(resolveBranchTips({ repository: repository.path, branches: ["main", name] }))
        assert.deepInclude(error, { _tag: "NameRejected", kind: "branch", name })
      }
      assert.isFalse(yield* fileSystem.exists(ran))
    })
  )

  it.effect("finds nothing in an empty repository", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()

      const found = yield* resolveBranchTips({ repository: repository.path, branches: ["main"] })

      assert.deepStrictEqual(found.missing, ["main"])
    })
  )

  it.effect("forgets a branch once it is deleted", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      yield* repository.commit("main", { a: "1" })
      yield* repository.commit("feature", { b: "1" }, { from: "main" })
      yield* repository.deleteBranch("feature")

      const found = yield* resolveBranchTips({ repository: repository.path, branches: ["main", "feature"] })

      assert.deepStrictEqual(found.missing, ["feature"])
    })
  )

  it.effect("says so when there is no repository", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(resolveBranchTips({ repository: "/nowhere/at/all.git", branches: ["main"] }))

      assert.deepInclude(error, { _tag: "RepositoryNotFound", path: "/nowhere/at/all.git" })
      assert.include(error.message, "check the path")
    })
  )

  it.effect("does not fall back to a repository further up", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      yield* repository.commit("main", { a: "1" })
      const inside = `${repository.path}/refs`

      const error = yield* Effect.flip(resolveBranchTips({ repository: inside, branches: ["main"] }))

      assert.deepInclude(error, { _tag: "RepositoryNotFound", path: inside })
    })
  )
})

layer(Spawns.layer(), realTime)("resolveBranchTips at scale", (it) => {
  it.effect("reads thousands of branches with one process", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const tip = yield* repository.commit("main", { a: "1" })
      const branches = Array.from({ length: 10_000 }, (_, index) => `branch-${index}-${"x".repeat(230)}`)
      yield* repository.forcePush(branches[1234] ?? "", tip)
      const spawns = yield* Spawns.Spawns
      const before = spawns.total()

      const found = yield* resolveBranchTips({ repository: repository.path, branches })

      assert.strictEqual(spawns.total() - before, 1)
      assert.deepStrictEqual(Array.from(found.tips), [[branches[1234] ?? "", tip]])
      assert.lengthOf(found.missing, 9999)
    })
  )
})
