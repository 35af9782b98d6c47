import { JobRuntime } from "@drover/core"
import { GitTimedOut } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { recordPush } from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { allJobs, dueNow, handlers, noJobs, runAll, settled, waiting } from "./support/queue.ts"
import { moveAway, scene, stateOf } from "./support/scene.ts"

layer(forge(), { excludeTestServices: true })("the jobs of recompute_mergeability", (it) => {
  it.effect("end with the state of the second of two pushes that came while one ran", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { push, repositoryId, row, tip } = yield* scene()
      const { hold } = yield* GitControl
      const compare = yield* hold("diff-tree")
      yield* JobRuntime.make({ handlers, resetInterval: false })
      yield* compare.arrived

      for (const name of ["c.txt", "d.txt"]) {
        yield* push({ on: "feature", files: { [name]: "more\n" } })
        yield* recordPush({ repositoryId, branches: ["feature"] })
      }
      yield* compare.open
      const jobs = yield* settled

      // one job, which ran twice: a push while it is queued or running makes no other
      assert.deepStrictEqual(
        jobs.map(({ attempt, state }) => ({ attempt, state })),
        [{ attempt: 2, state: "completed" }]
      )
      assert.deepInclude(yield* row, { headSha: yield* tip("feature"), mergeableState: "clean", commits: 3 })
    })
  )

  it.effect("fold triggers that come before they run", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { id, repositoryId } = yield* scene()

      yield* recordPush({ repositoryId, branches: ["feature"] })
      yield* recordPush({ repositoryId, branches: ["main"] })

      assert.deepStrictEqual(yield* waiting, [id])
    })
  )

  it.effect("go back to the queue when their worker is stopped in the middle, and are run again", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { id } = yield* scene()
      const { hold } = yield* GitControl
      const compare = yield* hold("diff-tree")
      const scope = yield* Scope.make()
      yield* Scope.provide(JobRuntime.make({ handlers, drainTimeout: "1 milli", resetInterval: false }), scope)
      yield* compare.arrived

      yield* Scope.close(scope, Exit.void)

      assert.deepStrictEqual(yield* waiting, [id])
      assert.strictEqual(yield* stateOf(id), "unknown")
      yield* runAll
      assert.strictEqual(yield* stateOf(id), "clean, mergeable")
    })
  )

  it.effect("are tried again after git took too long", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { id } = yield* scene()
      const { fail } = yield* GitControl
      yield* fail("merge-tree", new GitTimedOut({ command: "merge-tree", limitMillis: 60_000 }))

      yield* runAll
      const [job] = yield* allJobs
      assert.deepInclude(job, { state: "errored", numFailures: 1 })
      assert.include(job?.failureMessage, "git merge-tree took longer than 60000 ms")
      assert.strictEqual(yield* stateOf(id), "unknown")

      yield* dueNow
      yield* runAll
      assert.deepInclude((yield* allJobs)[0], { state: "completed", failureMessage: null })
      assert.strictEqual(yield* stateOf(id), "clean, mergeable")
    })
  )

  it.effect("fail for good, with the reason, when the repository is not on the disk", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { id, path, repositoryId } = yield* scene()
      yield* moveAway(repositoryId)

      yield* runAll

      const [job] = yield* allJobs
      assert.deepInclude(job, { state: "failed", numFailures: 1 })
      assert.include(job?.failureMessage, `There is no git repository at "${path}-gone": check the path`)
      assert.strictEqual(yield* stateOf(id), "unknown")
    })
  )
})
