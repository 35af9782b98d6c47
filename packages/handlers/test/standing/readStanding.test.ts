import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  createRun,
  createStatus,
  recomputeReviews,
  setProtection,
  type SetProtection,
  setRole,
  submitReview
} from "../../src/index.ts"
import { forge } from "../support.ts"
import type { Commit } from "../support/history.ts"
import { member, peopledScene, waitingFor } from "../support/people.ts"
import { noJobs } from "../support/queue.ts"
import { ahead } from "../support/scene.ts"

const standing = (id: number) => Effect.map(recomputeReviews(id), (computed) => computed!.standing)

/** The scene with `main` protected. */
const protectedScene = (rules: Partial<SetProtection>, commits?: ReadonlyArray<Commit>) =>
  Effect.tap(peopledScene(commits === undefined ? {} : { commits }), ({ repositoryId }) =>
    setProtection({ repositoryId, pattern: "main", ...rules })
  )

layer(forge(), { excludeTestServices: true })("where a pull request stands", (it) => {
  it.effect("is nothing at all without reviews, checks and protection", () =>
    Effect.gen(function* () {
      const { id } = yield* peopledScene()
      assert.deepStrictEqual(yield* standing(id), {
        reviewDecision: null,
        checkRollup: "expected",
        missing: [],
        requireUpToDate: false
      })
    })
  )

  it.effect("asks for approvals until there are enough, by people who may write at that time", () =>
    Effect.gen(function* () {
      const { admin, id, reader, repositoryId, writer } = yield* protectedScene({ requiredApprovals: 2 })
      const approve = (actorId: number) => submitReview({ pullRequestId: id, actorId, verdict: "approve" })
      yield* approve(writer.id)
      yield* approve(reader.id)

      assert.deepInclude(yield* standing(id), {
        reviewDecision: "review_required",
        missing: ["1 more approval by somebody with write access"]
      })
      yield* noJobs
      yield* setRole({ repositoryId, userId: reader.id, role: "write" })
      assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
      assert.deepInclude(yield* standing(id), { reviewDecision: "approved", missing: [] })
      yield* setRole({ repositoryId, userId: writer.id, role: null })
      assert.deepInclude(yield* standing(id), { reviewDecision: "review_required" })
      yield* approve(admin.id)
      assert.deepInclude(yield* standing(id), { reviewDecision: "approved" })
    })
  )

  it.effect("forgets approvals of an earlier head by policy, and only by it", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId, writer } = yield* protectedScene({ requiredApprovals: 1 })
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })

      assert.strictEqual((yield* standing(id)).reviewDecision, "approved")
      yield* setProtection({ repositoryId, pattern: "main", requiredApprovals: 1, dismissStaleApprovals: true })
      assert.strictEqual((yield* standing(id)).reviewDecision, "review_required")
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
      assert.strictEqual((yield* standing(id)).reviewDecision, "approved")
    })
  )

  it.effect("asks for the required checks of the head, and says what became of each", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId, tip } = yield* protectedScene({ requiredChecks: ["build", "lint"] })
      const headSha = yield* tip("feature")
      yield* createRun({ repositoryId, headSha, name: "build", conclusion: "success" })
      yield* createStatus({ repositoryId, sha: headSha, context: "lint", state: "failure" })

      assert.deepInclude(yield* standing(id), { checkRollup: "failure", missing: ['the check "lint" failed'] })
      yield* createStatus({ repositoryId, sha: headSha, context: "lint", state: "success" })
      assert.deepInclude(yield* standing(id), { checkRollup: "success", missing: [] })
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      assert.deepInclude(yield* standing(id), {
        checkRollup: "expected",
        missing: ['the check "build" has not reported', 'the check "lint" has not reported']
      })
    })
  )

  it.effect("says whether the head must have all of the base", () =>
    Effect.gen(function* () {
      const { id } = yield* protectedScene({ requireUpToDate: true })
      assert.isTrue((yield* standing(id)).requireUpToDate)
    })
  )

  it.effect("asks the owners whom the base's CODEOWNERS names, whatever the head's says", () =>
    Effect.gen(function* () {
      const { admin, author, id, push, repositoryId, writer } = yield* protectedScene({ requireCodeOwners: true })
      const mail = yield* member(repositoryId, "write", "Owner@example.invalid")
      const approve = (actorId: number) => submitReview({ pullRequestId: id, actorId, verdict: "approve" })
      const onBase = (source: string) => push({ on: "main", files: { ".github/CODEOWNERS": source } })
      yield* push({ on: "feature", files: { CODEOWNERS: `* @${writer.login}\n` } })
      yield* approve(writer.id)

      assert.deepInclude(yield* standing(id), { reviewDecision: "approved", missing: [] })
      yield* onBase(`*.txt owner@example.invalid @${admin.login.toUpperCase()}\n`)
      assert.deepInclude(yield* standing(id), {
        reviewDecision: "review_required",
        missing: [`an approval by a code owner of b.txt: owner@example.invalid, @${admin.login.toUpperCase()}`]
      })
      yield* approve(mail.id)
      assert.deepInclude(yield* standing(id), { reviewDecision: "approved", missing: [] })
      yield* onBase(`*.txt @${author.login} @acme/core\n`)
      assert.deepInclude(yield* standing(id), {
        reviewDecision: "review_required",
        missing: [
          `an approval by a code owner of b.txt, and none of @${author.login}, @acme/core is a user who can give it: name one in CODEOWNERS of the base`
        ]
      })
      yield* onBase(`# ${"x".repeat(3 * 1024 * 1024)}\n`)
      assert.deepInclude(yield* standing(id), {
        reviewDecision: "review_required",
        missing: ["a smaller .github/CODEOWNERS: it is not read above 3145728 bytes"]
      })
    })
  )

  it.effect("asks the owners of a renamed file's old place too", () =>
    Effect.gen(function* () {
      const [first, second] = ahead
      const commits = [
        { ...first!, files: { "lib/a.txt": "one\ntwo\nthree\n" } },
        { ...second!, files: { "lib/a.txt": null, "b/a.txt": "one\ntwo\nthree\n" } }
      ]
      const { admin, id, push } = yield* protectedScene({ requireCodeOwners: true }, commits)
      yield* push({ on: "main", files: { "docs/CODEOWNERS": `/lib/ @${admin.login}\n` } })
      assert.deepStrictEqual((yield* standing(id)).missing, [
        `an approval by a code owner of lib/a.txt: @${admin.login}`
      ])
    })
  )

  it.effect("does not fail where there is no history in common, or a branch is gone", () =>
    Effect.gen(function* () {
      const { id, push, repository } = yield* protectedScene({ requireCodeOwners: true, requiredApprovals: 1 })
      yield* push({ on: "main", files: { CODEOWNERS: "* @nobody\n" } })
      yield* push({ on: "feature", from: null, files: { "z.txt": "z\n" } })
      assert.strictEqual((yield* standing(id)).reviewDecision, "review_required")
      yield* repository.deleteBranch("feature")
      assert.deepInclude(yield* standing(id), { reviewDecision: "review_required", checkRollup: "expected" })
    })
  )
})
