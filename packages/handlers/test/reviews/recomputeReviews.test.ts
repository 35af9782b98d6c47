import { GitTimedOut } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import {
  createStatus,
  findPullRequest,
  recompute,
  RecomputeReviewDecision,
  recomputeReviews,
  setProtection,
  submitReview
} from "../../src/index.ts"
import { forge } from "../support.ts"
import { GitControl } from "../support/GitControl.ts"
import { jobsOf, peopledScene, waitingFor } from "../support/people.ts"
import { dueNow, noJobs, runAll } from "../support/queue.ts"
import { alter } from "../support/scene.ts"

const stored = (id: number) =>
  Effect.map(findPullRequest(id), (pull) => `${pull?.reviewDecision}, ${pull?.checkRollup}`)

layer(forge(), { excludeTestServices: true })("the job of reviews and checks", (it) => {
  it.effect("stores what everybody reads, and when it was computed", () =>
    Effect.gen(function* () {
      const { id, repositoryId, tip, writer } = yield* peopledScene()
      assert.isNull((yield* findPullRequest(id))?.reviewsCheckedAt)
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
      yield* createStatus({ repositoryId, sha: yield* tip("feature"), state: "success" })

      yield* runAll

      assert.strictEqual(yield* stored(id), "approved, success")
      assert.instanceOf((yield* findPullRequest(id))?.reviewsCheckedAt, Date)
    })
  )

  it.effect("has nothing to do for a pull request that is not there", () =>
    Effect.gen(function* () {
      yield* noJobs
      yield* RecomputeReviewDecision.enqueue({ pullRequestId: 9_999_999 })
      yield* runAll
      assert.deepStrictEqual(
        (yield* jobsOf("recompute_review_decision")).map(({ state }) => state),
        ["completed"]
      )
    })
  )

  it.effect("has mergeability computed anew when something changed, and not when nothing did", () =>
    Effect.gen(function* () {
      const { id, repositoryId, tip } = yield* peopledScene()
      const asked = Effect.gen(function* () {
        yield* noJobs
        yield* recomputeReviews(id)
        return yield* waitingFor("recompute_mergeability")
      })
      yield* recompute(id)

      assert.deepStrictEqual(yield* asked, [])
      yield* createStatus({ repositoryId, sha: yield* tip("feature"), state: "pending" })
      assert.deepStrictEqual(yield* asked, [id])
      assert.deepStrictEqual(yield* asked, [])
      yield* setProtection({ repositoryId, pattern: "main", requiredChecks: ["build"] })
      // neither the decision nor the rollup is another, and it is blocked
      assert.deepStrictEqual(yield* asked, [id])
    })
  )

  it.effect("sees a push that nobody told of, and forgets what was known of the old head", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId, tip } = yield* peopledScene()
      yield* createStatus({ repositoryId, sha: yield* tip("feature"), state: "failure" })
      yield* runAll
      assert.strictEqual(yield* stored(id), "null, failure")
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      yield* noJobs

      yield* recomputeReviews(id)

      assert.strictEqual(yield* stored(id), "null, expected")
      assert.strictEqual((yield* findPullRequest(id))?.headSha, yield* tip("feature"))
      assert.deepStrictEqual(yield* waitingFor("recompute_mergeability"), [id])
    })
  )

  it.effect("does not write what it computed for a head that is no more", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId, tip } = yield* peopledScene()
      const old = yield* tip("feature")
      yield* setProtection({ repositoryId, pattern: "main", requireCodeOwners: true })
      yield* createStatus({ repositoryId, sha: old, state: "failure" })
      const gate = yield* (yield* GitControl).hold("cat-file")
      const first = yield* Effect.forkChild(recomputeReviews(id))
      yield* gate.arrived

      // it has read the status of the old head, and another is computed before it writes
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      yield* recomputeReviews(id)
      assert.strictEqual(yield* stored(id), "null, expected")
      yield* gate.open

      assert.strictEqual((yield* Fiber.join(first))?.standing.checkRollup, "expected")
      assert.strictEqual(yield* stored(id), "null, expected")
    })
  )

  it.effect("is of the merged commits where the pull request is merged, and tells nobody", () =>
    Effect.gen(function* () {
      const { id, push, tip, writer } = yield* peopledScene()
      const head = yield* tip("feature")
      yield* alter(id, { state: "merged", mergedAt: new Date(), mergeCommitSha: head })
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
      yield* noJobs

      yield* recomputeReviews(id)

      assert.strictEqual(yield* stored(id), "approved, expected")
      assert.strictEqual((yield* findPullRequest(id))?.headSha, head)
      assert.deepStrictEqual(yield* waitingFor("recompute_mergeability"), [])
    })
  )

  it.effect("is tried again when git fails", () =>
    Effect.gen(function* () {
      const { id, repositoryId, tip } = yield* peopledScene()
      yield* noJobs
      yield* createStatus({ repositoryId, sha: yield* tip("feature"), state: "success" })
      const error = new GitTimedOut({ command: "for-each-ref", limitMillis: 1 })
      yield* (yield* GitControl).fail("for-each-ref", error)

      yield* runAll
      assert.deepStrictEqual(
        (yield* jobsOf("recompute_review_decision")).map(({ failureMessage, state }) => [state, failureMessage]),
        [["errored", error.message]]
      )
      yield* dueNow
      yield* runAll
      assert.strictEqual(yield* stored(id), "null, success")
    })
  )
})
