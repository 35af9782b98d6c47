import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { closePullRequest, findPullRequest, recompute, updateBranch } from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { noJobs, runAll, waiting, withoutQueue } from "./support/queue.ts"
import { ahead, conflicting, scene, stateOf } from "./support/scene.ts"

const behind = [...ahead, { on: "main", files: { "m.txt": "m\n" } }]

layer(forge(), { excludeTestServices: true })("updateBranch", (it) => {
  it.effect("merges the base into the head, and has every pull request of that branch computed anew", () =>
    Effect.gen(function* () {
      const { ask, id, open, push, row, tip } = yield* scene({ commits: behind })
      yield* push({ on: "stacked", from: "feature", files: { s: "" } })
      const stacked = yield* open("stacked", "feature")
      yield* recompute(id)
      yield* noJobs
      const [base, head] = [yield* tip("main"), yield* tip("feature")]

      const updated = yield* updateBranch({ pullRequestId: id, expectedHead: head })

      const now = yield* tip("feature")
      assert.strictEqual(
        yield* ask("log", "-1", "--format=%P|%an|%s", "feature"),
        `${head} ${base}|drover|Merge branch 'main' into feature`
      )
      assert.deepInclude(updated, { headSha: now, mergeable: null, mergeableState: "unknown" })
      assert.deepStrictEqual(yield* row, updated)
      assert.deepInclude(yield* findPullRequest(stacked.id), { baseSha: now, mergeableState: "unknown" })
      assert.deepStrictEqual(yield* waiting, [id, stacked.id])
      yield* runAll
      assert.strictEqual(yield* stateOf(id), "clean, mergeable")
    })
  )

  it.effect("refuses when there are no new commits on the base: afterwards, and from the start", () =>
    Effect.gen(function* () {
      const { id, name, tip } = yield* scene({ commits: behind })
      yield* updateBranch({ pullRequestId: id })
      const head = yield* tip("feature")
      const { id: current } = yield* scene()

      const again = yield* Effect.flip(updateBranch({ pullRequestId: id }))
      const never = yield* Effect.flip(updateBranch({ pullRequestId: current }))

      assert.deepInclude(again, { _tag: "BranchUpToDate", retryable: false })
      assert.strictEqual(again.message, `There are no new commits on the base of ${name}#1: its head is up to date`)
      assert.strictEqual(never._tag, "BranchUpToDate")
      assert.strictEqual(yield* tip("feature"), head)
    })
  )

  it.effect(
    "refuses another head than the one expected, a conflict, a closed one, a missing branch or no history",
    () =>
      Effect.gen(function* () {
        const { id: moved, tip } = yield* scene({ commits: behind })
        const { id: conflict } = yield* scene({ commits: conflicting })
        const { id: closed } = yield* scene({ commits: behind })
        yield* closePullRequest(closed)
        const { id: gone, repository } = yield* scene({ commits: behind })
        yield* repository.deleteBranch("main")
        const { id: unrelated } = yield* scene({ commits: [ahead[0]!, { on: "feature", from: null, files: {} }] })
        const head = yield* tip("feature")
        yield* noJobs

        const refused = (pullRequestId: number, expectedHead?: string) =>
          Effect.map(Effect.flip(updateBranch({ pullRequestId, expectedHead })), (error) =>
            error._tag === "PullRequestNotMergeable" ? [error.reason, ...error.conflictedPaths] : [error._tag]
          )

        assert.deepStrictEqual(yield* refused(moved, "0".repeat(40)), ["HeadMismatch"])
        assert.deepStrictEqual(yield* refused(conflict), ["conflict", "a.txt"])
        assert.deepStrictEqual(yield* refused(closed), ["PullRequestNotOpen"])
        assert.deepStrictEqual(yield* refused(gone), ["branch gone"])
        assert.deepStrictEqual(yield* refused(unrelated), ["unrelated histories"])
        assert.deepStrictEqual(yield* refused(2_000_000_000), ["PullRequestNotFound"])
        assert.strictEqual(yield* tip("feature"), head)
        assert.deepStrictEqual(yield* waiting, [])
      })
  )

  it.effect("builds upon a push to the head that comes between", () =>
    Effect.gen(function* () {
      const { ask, id, push, tip } = yield* scene({ commits: behind })
      const { hold } = yield* GitControl
      const move = yield* hold("update-ref")
      const updating = yield* Effect.forkChild(updateBranch({ pullRequestId: id }))
      yield* move.arrived
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      const pushed = yield* tip("feature")
      yield* move.open

      const updated = yield* Fiber.join(updating)

      assert.strictEqual(updated.headSha, yield* tip("feature"))
      assert.strictEqual(yield* ask("rev-parse", "feature^1"), pushed)
    })
  )

  it.effect("has the record made up for by a second call when the first died after it had moved the head", () =>
    Effect.gen(function* () {
      const { id, row, tip } = yield* scene({ commits: behind })
      yield* Effect.exit(withoutQueue(updateBranch({ pullRequestId: id })))
      const head = yield* tip("feature")
      assert.notStrictEqual((yield* row).headSha, head)
      yield* noJobs

      assert.strictEqual((yield* Effect.flip(updateBranch({ pullRequestId: id })))._tag, "BranchUpToDate")

      assert.strictEqual((yield* row).headSha, head)
      assert.deepStrictEqual(yield* waiting, [id])
    })
  )
})
