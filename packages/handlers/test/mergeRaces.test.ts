import { DatabaseUnavailable } from "@drover/core"
import { updateRef } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { findPullRequest, mergePullRequest, recompute } from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { manyMerges } from "./support/manyMerges.ts"
import { noJobs, runAll, waiting, withoutQueue } from "./support/queue.ts"
import { ahead, scene } from "./support/scene.ts"

const methods = ["merge", "squash", "rebase"] as const

layer(forge(), { excludeTestServices: true })("merges that others interfere with", (it) => {
  it.effect("lose no commit when twelve are merged into one base at once", () => manyMerges(12))

  it.effect("are built upon a push that comes between", () =>
    Effect.gen(function* () {
      for (const method of methods) {
        const { ask, id, push, tip } = yield* scene()
        const { hold } = yield* GitControl
        const move = yield* hold("update-ref")
        const merging = yield* Effect.forkChild(mergePullRequest({ pullRequestId: id, method }))
        yield* move.arrived
        yield* push({ on: "main", files: { "m.txt": "m\n" } })
        const pushed = yield* tip("main")
        yield* move.open

        const merged = yield* Fiber.join(merging)

        assert.strictEqual(yield* ask("rev-list", "-1", "--first-parent", "main^"), pushed)
        assert.strictEqual(yield* ask("ls-tree", "--name-only", "main"), "a.txt\nb.txt\nm.txt")
        assert.deepInclude(merged, { mergeCommitSha: yield* tip("main"), baseSha: pushed })
      }
    })
  )

  it.effect("merge one pull request once, however many ask", () =>
    Effect.gen(function* () {
      const { ask, id, tip } = yield* scene()
      const base = yield* tip("main")

      const exits = yield* Effect.forEach(
        [...methods, ...methods],
        (method) => Effect.exit(mergePullRequest({ pullRequestId: id, method })),
        { concurrency: "unbounded" }
      )

      assert.lengthOf(exits.filter(Exit.isSuccess), 1)
      assert.strictEqual(yield* ask("rev-list", "--count", "--first-parent", `${base}..main`), "1")
    })
  )

  it.effect("are recorded by a second call when the first died after it had moved the base", () =>
    Effect.gen(function* () {
      for (const method of methods) {
        const { id, open, push, row, tip } = yield* scene()
        yield* push({ on: "other", from: "main", files: { o: "" } })
        const { id: other } = yield* open("other")
        const base = yield* tip("main")
        const { crashAfter } = yield* GitControl
        yield* crashAfter("update-ref")
        const merge = mergePullRequest({ pullRequestId: id, method })
        yield* Effect.exit(merge)
        const moved = yield* tip("main")
        assert.notStrictEqual(moved, base)
        assert.strictEqual((yield* row).state, "open")
        yield* noJobs

        const merged = yield* merge

        assert.deepInclude(merged, { state: "merged", mergeCommitSha: moved })
        assert.strictEqual(yield* tip("main"), moved)
        assert.deepStrictEqual(yield* waiting, [other])
        assert.deepInclude(yield* findPullRequest(other), { baseSha: moved, mergeableState: "unknown" })
      }
    })
  )

  it.effect("are recorded by a second call although others have landed since, and the head went on", () =>
    Effect.gen(function* () {
      const { id, push, tip } = yield* scene()
      const { crashAfter } = yield* GitControl
      yield* crashAfter("update-ref")
      const merge = mergePullRequest({ pullRequestId: id, method: "squash" })
      yield* Effect.exit(merge)
      const landed = yield* tip("main")
      yield* push({ on: "main", files: { "m.txt": "m\n" } }, { on: "feature", files: { "c.txt": "c\n" } })
      const now = yield* tip("main")

      assert.deepInclude(yield* merge, { state: "merged", mergeCommitSha: landed })

      assert.strictEqual(yield* tip("main"), now)
    })
  )

  it.effect("are recorded by the recompute job when nobody asks again", () =>
    Effect.gen(function* () {
      const { id, open, push, row, tip } = yield* scene()
      yield* push({ on: "other", from: "main", files: { o: "" } })
      const { id: other } = yield* open("other")
      const error = yield* Effect.flip(withoutQueue(mergePullRequest({ pullRequestId: id, method: "rebase" })))
      assert.instanceOf(error, DatabaseUnavailable)
      assert.strictEqual((yield* row).state, "open")
      yield* noJobs

      assert.deepStrictEqual(yield* recompute(id), { _tag: "Skipped", reason: "merged" })

      assert.deepInclude(yield* row, { state: "merged", mergeCommitSha: yield* tip("main") })
      assert.deepStrictEqual(yield* waiting, [other])
      yield* runAll
      assert.deepInclude(yield* findPullRequest(other), { baseSha: yield* tip("main"), mergeableState: "behind" })
    })
  )

  it.effect("happen after all when the host died before the base had moved, or the base was put back", () =>
    Effect.gen(function* () {
      const { id, path, push, ref, repository, tip } = yield* scene({
        commits: [...ahead, { on: "stray", from: "main", files: { stray: "" } }]
      })
      const [base, stray] = [yield* tip("main"), yield* tip("stray")]
      yield* updateRef({ repository: path, ref: "refs/pull/1/merged", from: null, to: stray })
      const { crashAfter } = yield* GitControl
      yield* crashAfter("update-ref")
      yield* Effect.exit(mergePullRequest({ pullRequestId: id, method: "merge" }))
      assert.notStrictEqual(yield* tip("main"), base)
      yield* repository.forcePush("main", base)
      yield* push({ on: "main", files: { "m.txt": "m\n" } })

      const merged = yield* mergePullRequest({ pullRequestId: id, method: "squash" })

      assert.strictEqual(merged.mergeCommitSha, yield* tip("main"))
      assert.strictEqual(yield* ref("refs/pull/1/merged"), yield* tip("main"))
    })
  )
})
