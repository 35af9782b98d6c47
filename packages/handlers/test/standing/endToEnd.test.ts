import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { createRun, createStatus, findPullRequest, setProtection, submitReview, updateRun } from "../../src/index.ts"
import { forge } from "../support.ts"
import { peopledScene } from "../support/people.ts"
import { noJobs, runAll } from "../support/queue.ts"

layer(forge(), { excludeTestServices: true })("reviews and checks", (it) => {
  it.effect("say whether a pull request is blocked or unstable, job after job", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { id, repositoryId, tip, writer } = yield* peopledScene()
      const sha = yield* tip("feature")
      const settled = Effect.gen(function* () {
        yield* runAll
        const pull = yield* findPullRequest(id)
        return `${pull?.mergeableState}: ${pull?.reviewDecision}, ${pull?.checkRollup}`
      })

      assert.strictEqual(yield* settled, "clean: null, expected")
      yield* setProtection({ repositoryId, pattern: "main", requiredApprovals: 1, requiredChecks: ["build"] })
      assert.strictEqual(yield* settled, "blocked: review_required, expected")
      const run = yield* createRun({ repositoryId, headSha: sha, name: "build", status: "in_progress" })
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
      assert.strictEqual(yield* settled, "blocked: approved, pending")
      yield* createStatus({ repositoryId, sha, context: "optional", state: "failure" })
      assert.strictEqual(yield* settled, "blocked: approved, failure")
      // neither the decision nor the rollup changes by this, and it is blocked no more
      yield* updateRun({ runId: run.id, conclusion: "success" })
      assert.strictEqual(yield* settled, "unstable: approved, failure")
      yield* createStatus({ repositoryId, sha, context: "optional", state: "success" })
      assert.strictEqual(yield* settled, "clean: approved, success")
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "request_changes", body: "No" })
      assert.strictEqual(yield* settled, "blocked: changes_requested, success")
    })
  )
})
