import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { isAncestor, listRefs, readConfig, setDefaultBranch, writeConfig } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

layer(gitLayer(), realTime)("a repository", (it) => {
  it.effect("tells its branches and tags in the order of their names, and no other refs", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      assert.deepStrictEqual(yield* listRefs({ repository }), new Map())
      const main = yield* commit("main", { a: "1" })
      const feature = yield* commit("feature", { b: "1" }, { from: main })
      yield* ask(repository, ["update-ref", "refs/pull/1/head", main])
      yield* ask(repository, ["update-ref", "refs/tags/v1", main])

      assert.deepStrictEqual(
        [...(yield* listRefs({ repository }))],
        [
          ["refs/heads/feature", feature],
          ["refs/heads/main", main],
          ["refs/tags/v1", main]
        ]
      )
    })
  )

  it.effect("knows what is part of what", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const ancestor = yield* commit("main", { a: "1" })
      const descendant = yield* commit("main", { a: "2" })

      assert.isTrue(yield* isAncestor({ repository, ancestor, descendant }))
      assert.isTrue(yield* isAncestor({ repository, ancestor, descendant: ancestor }))
      assert.isFalse(yield* isAncestor({ repository, ancestor: descendant, descendant: ancestor }))
      const error = yield* Effect.flip(isAncestor({ repository, ancestor: nowhere, descendant }))
      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("has HEAD name the branch that it was told", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()

      yield* setDefaultBranch({ repository, branch: "trunk" })

      assert.strictEqual(yield* ask(repository, ["symbolic-ref", "HEAD"]), "refs/heads/trunk")
      const error = yield* Effect.flip(setDefaultBranch({ repository, branch: "a..b" }))
      assert.strictEqual(error._tag, "NameRejected")
    })
  )

  it.effect("keeps a setting once, however often it is written, after those that were there", () =>
    Effect.gen(function* () {
      const { path } = yield* TestRepository.make()
      assert.deepStrictEqual(yield* readConfig(path, "include.path"), [])

      for (const value of ["one", "a b", "one", "a b"]) yield* writeConfig(path, "include.path", value)

      assert.deepStrictEqual(yield* readConfig(path, "include.path"), ["one", "a b"])
    })
  )
})
