import { Database, JobRuntime } from "@drover/core"
import { Git } from "@drover/git"
import { TestRepository } from "@drover/git/testing"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { findPullRequest, openPullRequest, recomputeMergeabilityHandler, registerRepository } from "../src/index.ts"
import { forge } from "./support.ts"

layer(forge(), { excludeTestServices: true })("recompute_mergeability", (it) => {
  it.effect("finds a pull request clean that merges and is not behind", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      yield* repository.commit("main", { "a.txt": "one\n" })
      yield* repository.commit("feature", { "b.txt": "two\n" }, { from: "main" })
      const { id } = yield* registerRepository({ name: "clean", path: repository.path })
      const opened = yield* openPullRequest({ repositoryId: id, title: "Add b", base: "main", head: "feature" })
      assert.strictEqual(opened.mergeableState, "unknown")

      assert.isTrue(yield* JobRuntime.runOnce({ handlers: [recomputeMergeabilityHandler] }))

      const pull = yield* findPullRequest(opened.id)
      assert.deepInclude(pull, { mergeable: true, mergeableState: "clean", commits: 1, changedFiles: 1, additions: 1, behindBy: 0 })
      void Database; void Git
    })
  )
})
