import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  closePullRequest,
  createStatus,
  mergePullRequest,
  recompute,
  recomputeBase,
  recordPush,
  reopenPullRequest,
  setProtection,
  submitReview
} from "../src/index.ts"
import { forge } from "./support.ts"
import { peopledScene, waitingFor } from "./support/people.ts"
import { noJobs, runAll } from "./support/queue.ts"
import { ahead } from "./support/scene.ts"

const unseen = { reviewDecision: null, checkRollup: "expected", reviewsCheckedAt: null } as const

const decisions = waitingFor("recompute_review_decision")

/** Approved, its check has failed, and all that is computed. */
const reviewed = Effect.gen(function* () {
  const made = yield* peopledScene()
  yield* submitReview({ pullRequestId: made.id, actorId: made.writer.id, verdict: "approve" })
  yield* createStatus({ repositoryId: made.repositoryId, sha: yield* made.tip("feature"), state: "failure" })
  yield* runAll
  assert.deepInclude(yield* made.row, {
    reviewDecision: "approved",
    checkRollup: "failure",
    mergeableState: "unstable"
  })
  yield* noJobs
  return made
})

layer(forge(), { excludeTestServices: true })("reviews and checks", (it) => {
  describe("when the base moves", () => {
    it.effect("are looked at anew where its protection asks for code owners, and are left alone where not", () =>
      Effect.gen(function* () {
        const { id, push, repositoryId, row } = yield* reviewed
        const move = (content: string) =>
          push({ on: "main", files: { "m.txt": content } }).pipe(
            Effect.andThen(noJobs),
            Effect.andThen(recordPush({ repositoryId, branches: ["main"] }))
          )

        yield* move("1")
        assert.deepStrictEqual(yield* decisions, [])
        yield* setProtection({ repositoryId, pattern: "ma*", requireCodeOwners: true })
        yield* move("2")
        assert.deepStrictEqual(yield* decisions, [id])
        // its own name counts before the glob
        yield* setProtection({ repositoryId, pattern: "main", requiredApprovals: 1 })
        yield* move("3")
        assert.deepStrictEqual(yield* decisions, [])
        // the verdict is about the head, which is where it was
        assert.deepInclude(yield* row, { reviewDecision: "approved", checkRollup: "failure" })
      })
    )

    it.effect("ask the owners that a push of CODEOWNERS to it, or a merge, named", () =>
      Effect.gen(function* () {
        const { id, open, push, repositoryId, row, writer } = yield* peopledScene({
          commits: [...ahead, { on: "owners", from: "main", files: { CODEOWNERS: "b.txt @somebody\n" } }]
        })
        yield* setProtection({ repositoryId, pattern: "main", requireCodeOwners: true })
        const owners = yield* open("owners")
        yield* runAll
        assert.deepInclude(yield* row, { reviewDecision: null, mergeableState: "clean" })

        yield* mergePullRequest({ pullRequestId: owners.id, method: "merge" })
        yield* runAll
        assert.deepInclude(yield* row, { reviewDecision: "review_required", mergeableState: "blocked" })

        yield* push({ on: "main", files: { CODEOWNERS: `b.txt @${writer.login}\n` } })
        yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
        yield* noJobs
        yield* recordPush({ repositoryId, branches: ["main"] })
        yield* runAll
        assert.deepInclude(yield* row, { reviewDecision: "approved", mergeableState: "behind" })
      })
    )
  })

  describe("when the head moves", () => {
    it.effect("are unknown at once, and are found out for the new head", () =>
      Effect.gen(function* () {
        const { id, push, repositoryId, row, tip } = yield* reviewed
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })
        yield* recordPush({ repositoryId, branches: ["feature"] })

        assert.deepInclude(yield* row, { ...unseen, mergeableState: "unknown" })
        assert.deepStrictEqual(yield* decisions, [id])
        yield* createStatus({ repositoryId, sha: yield* tip("feature"), state: "pending" })
        yield* runAll
        assert.deepInclude(yield* row, {
          reviewDecision: "approved",
          checkRollup: "pending",
          mergeableState: "unstable",
          mergeableReason: "checks of the head are not done"
        })
        assert.instanceOf((yield* row).reviewsCheckedAt, Date)
      })
    )

    it.effect("are unknown when it is gone", () =>
      Effect.gen(function* () {
        const { repository, repositoryId, row } = yield* reviewed
        yield* repository.deleteBranch("feature")
        yield* recordPush({ repositoryId, branches: ["feature"] })
        assert.deepInclude(yield* row, { ...unseen, headSha: null })
      })
    )

    it.effect("are unknown where nobody told of it, and whoever sees it first has them found out", () =>
      Effect.gen(function* () {
        for (const look of ["alone", "with its base"] as const) {
          const { id, push, repositoryId, row, tip } = yield* reviewed
          yield* push({ on: "feature", files: { "c.txt": "c\n" } }, { on: "main", files: { "m.txt": "m\n" } })
          const head = yield* tip("feature")
          yield* createStatus({ repositoryId, sha: head, state: "error" })
          yield* recordPush({ repositoryId, branches: ["main"] })
          yield* push({ on: "feature", files: { "d.txt": "d\n" } })
          yield* noJobs

          if (look === "alone") yield* recompute(id)
          else assert.deepStrictEqual(yield* recomputeBase({ repositoryId, baseRef: "main" }), { computed: 1, left: 0 })

          assert.deepInclude(yield* row, { ...unseen, headSha: yield* tip("feature"), mergeableState: "behind" })
          assert.deepStrictEqual(yield* decisions, [id])
          yield* runAll
          assert.deepInclude(yield* row, { reviewDecision: "approved", checkRollup: "expected" })
        }
      })
    )

    it.effect("are read from what was reported of the new head by whoever computes the base before them", () =>
      Effect.gen(function* () {
        const { push, repositoryId, row, tip } = yield* reviewed
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })
        yield* recordPush({ repositoryId, branches: ["feature"] })
        yield* createStatus({ repositoryId, sha: yield* tip("feature"), state: "error" })
        yield* noJobs

        yield* recomputeBase({ repositoryId, baseRef: "main" })

        assert.deepInclude(yield* row, { ...unseen, mergeableState: "unstable" })
        assert.strictEqual((yield* row).mergeableReason, "a check of the head ended in an error")
      })
    )

    it.effect("are unknown of one that is opened again with another head", () =>
      Effect.gen(function* () {
        const { id, push, row } = yield* reviewed
        yield* closePullRequest(id)
        yield* reopenPullRequest(id)
        assert.deepInclude(yield* row, { reviewDecision: "approved", checkRollup: "failure" })
        yield* closePullRequest(id)
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })
        yield* reopenPullRequest(id)
        assert.deepInclude(yield* row, unseen)
        assert.deepStrictEqual(yield* decisions, [id])
      })
    )
  })
})
