import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { Git, initBare, resolveBranchTips } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { filesOf } from "./support/objects.ts"

layer(gitLayer(), realTime)("initBare", (it) => {
  it.effect("makes an empty bare repository, and the folders on the way", () =>
    Effect.gen(function* () {
      const git = yield* Git
      const path = `${yield* git.temporaryFolder}/--some/where.git`

      yield* initBare({ path, defaultBranch: "trunk" })

      assert.strictEqual(yield* ask(path, ["rev-parse", "--is-bare-repository"]), "true")
      assert.strictEqual(yield* ask(path, ["symbolic-ref", "HEAD"]), "refs/heads/trunk")
      assert.notInclude(yield* filesOf(path), "hooks")
    })
  )

  it.effect("leaves a repository that is there as it is", () =>
    Effect.gen(function* () {
      const { commit, path } = yield* TestRepository.make()
      const tip = yield* commit("main", { a: "1" })

      yield* initBare({ path })

      const { tips } = yield* resolveBranchTips({ repository: path, branches: ["main"] })
      assert.strictEqual(tips.get("main"), tip)
    })
  )

  it.effect("takes a path that begins with a dash for a path", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const git = yield* Git
      const folder = yield* git.temporaryFolder

      yield* Effect.acquireUseRelease(
        Effect.sync(() => {
          const before = process.cwd()
          process.chdir(folder)
          return before
        }),
        () => initBare({ path: "--quiet" }),
        (before) => Effect.sync(() => process.chdir(before))
      )

      assert.isTrue(yield* fileSystem.exists(`${folder}/--quiet/HEAD`))
    })
  )

  it.effect("refuses a branch name that could be an option", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const git = yield* Git
      const path = `${yield* git.temporaryFolder}/repository.git`

      const error = yield* Effect.flip(initBare({ path, defaultBranch: "--shared" }))

      assert.deepInclude(error, { _tag: "NameRejected", kind: "branch", name: "--shared" })
      assert.isFalse(yield* fileSystem.exists(path))
    })
  )
})
