import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  addPendingComment,
  deletePendingReview,
  dismissReview,
  findReview,
  listReviewComments,
  listReviews,
  recomputeReviews,
  startReview,
  submitPendingReview,
  submitReview
} from "../../src/index.ts"
import { forge } from "../support.ts"
import { peopledScene, toldNames, told, waitingFor } from "../support/people.ts"
import { noJobs } from "../support/queue.ts"
import { ahead, alter } from "../support/scene.ts"

const decisionOf = (id: number) => Effect.map(recomputeReviews(id), (computed) => computed?.standing.reviewDecision)

layer(forge(), { excludeTestServices: true })("a review", (it) => {
  describe("that is submitted", () => {
    it.effect("is of the head, is told, and has the decision computed", () =>
      Effect.gen(function* () {
        const { id, repositoryId, tip, writer } = yield* peopledScene()
        yield* noJobs

        const review = yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })

        assert.deepInclude(review, { state: "approved", commitSha: yield* tip("feature"), userId: writer.id })
        assert.deepStrictEqual(yield* toldNames(repositoryId, "pull_request_review"), ["pull_request_review submitted"])
        assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
        assert.strictEqual(yield* decisionOf(id), "approved")
      })
    )

    it.effect("can be of an earlier commit of the pull request, and of no other", () =>
      Effect.gen(function* () {
        const { id, push, tip, writer } = yield* peopledScene()
        const [first, base] = [yield* tip("feature"), yield* tip("main")]
        yield* push({ on: "feature", files: { "c.txt": "c\n" } }, { on: "other", from: "main", files: { o: "" } })
        const review = { pullRequestId: id, actorId: writer.id, verdict: "approve" } as const

        assert.strictEqual((yield* submitReview({ ...review, commit: first })).commitSha, first)
        assert.strictEqual((yield* submitReview(review)).commitSha, yield* tip("feature"))
        for (const commit of [base, yield* tip("other"), "f".repeat(40), "main", first.slice(0, 8)]) {
          const error = yield* Effect.flip(submitReview({ ...review, commit }))
          assert.deepInclude(error, { _tag: "CommentRejected", field: "pull request" }, commit)
        }
      })
    )

    for (const verdict of ["approve", "request_changes"] as const) {
      it.effect(`cannot ${verdict} a pull request of one's own`, () =>
        Effect.gen(function* () {
          const { author, id } = yield* peopledScene()
          const error = yield* Effect.flip(
            submitReview({ pullRequestId: id, actorId: author.id, verdict, body: "Fine" })
          )
          assert.deepInclude(error, { _tag: "CommentRejected", field: "verdict" })
        })
      )
    }

    it.effect("may comment on a pull request of one's own", () =>
      Effect.gen(function* () {
        const { author, id } = yield* peopledScene()
        const own = { pullRequestId: id, actorId: author.id, verdict: "comment", body: "Look here" } as const
        assert.strictEqual((yield* submitReview(own)).state, "commented")
      })
    )

    it.effect("says which changes it requests, or what it comments", () =>
      Effect.gen(function* () {
        const { id, writer } = yield* peopledScene()
        const review = { pullRequestId: id, actorId: writer.id }

        for (const verdict of ["request_changes", "comment"] as const) {
          for (const body of [undefined, " \n"]) {
            const error = yield* Effect.flip(submitReview({ ...review, verdict, body }))
            assert.deepInclude(error, { _tag: "CommentRejected", field: "body" })
          }
        }
        yield* submitReview({ ...review, verdict: "request_changes", body: "Not so" })
        assert.strictEqual(yield* decisionOf(id), "changes_requested")
        const inline = { path: "b.txt", line: 1, body: "Why two?" }
        yield* submitReview({ ...review, verdict: "comment", comments: [inline] })
        assert.strictEqual(yield* decisionOf(id), "changes_requested")
      })
    )

    it.effect("may be of a closed or a merged pull request", () =>
      Effect.gen(function* () {
        const { id, tip, writer } = yield* peopledScene()
        const review = { pullRequestId: id, actorId: writer.id, verdict: "approve" } as const
        yield* alter(id, { state: "closed" })
        yield* submitReview(review)
        yield* alter(id, { state: "merged", mergedAt: new Date(), mergeCommitSha: yield* tip("feature") })
        assert.strictEqual((yield* submitReview(review)).commitSha, yield* tip("feature"))
        assert.strictEqual(yield* decisionOf(id), "approved")
      })
    )

    it.effect("is nothing for people who may not read, and does not count from those who may only read", () =>
      Effect.gen(function* () {
        const { id, reader, stranger } = yield* peopledScene()
        const approve = (actorId: number) => submitReview({ pullRequestId: id, actorId, verdict: "approve" })

        assert.strictEqual((yield* Effect.flip(approve(stranger.id)))._tag, "RepositoryUnknown")
        yield* approve(reader.id)
        assert.isNull(yield* decisionOf(id))
      })
    )
  })

  describe("in draft", () => {
    it.effect("is seen by its author alone, is the only one, and counts once it is submitted", () =>
      Effect.gen(function* () {
        const { admin, id, repositoryId, writer } = yield* peopledScene()
        yield* noJobs
        const own = { pullRequestId: id, actorId: writer.id }
        const { id: reviewId } = yield* startReview({ ...own, comments: [{ path: "b.txt", line: 1, body: "Why?" }] })

        assert.strictEqual((yield* findReview({ reviewId, actorId: writer.id })).state, "pending")
        for (const actorId of [admin.id, undefined]) {
          assert.strictEqual((yield* Effect.flip(findReview({ reviewId, actorId })))._tag, "CommentNotFound")
        }
        assert.deepStrictEqual(yield* listReviews({ pullRequestId: id, actorId: writer.id }), [])
        assert.deepStrictEqual(yield* listReviewComments({ pullRequestId: id, actorId: admin.id }), [])
        assert.strictEqual((yield* listReviewComments(own)).length, 1)
        assert.deepStrictEqual(yield* toldNames(repositoryId, "pull_request_review", "pull_request_review_comment"), [])
        assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [])
        const second = yield* Effect.flip(startReview(own))
        assert.match(second.message, /submit or delete the pending one first/)
        const foreign = submitPendingReview({ reviewId, actorId: admin.id, verdict: "approve" })
        assert.strictEqual((yield* Effect.flip(foreign))._tag, "CommentNotFound")

        yield* addPendingComment({
          reviewId,
          actorId: writer.id,
          comment: { path: "b.txt", position: 1, body: "And?" }
        })
        yield* submitPendingReview({ reviewId, actorId: writer.id, verdict: "approve" })

        assert.strictEqual((yield* findReview({ reviewId, actorId: admin.id })).state, "approved")
        assert.strictEqual((yield* listReviewComments({ pullRequestId: id, actorId: admin.id })).length, 2)
        assert.deepStrictEqual(yield* toldNames(repositoryId, "pull_request_review", "pull_request_review_comment"), [
          "pull_request_review submitted",
          "pull_request_review_comment created",
          "pull_request_review_comment created"
        ])
        assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
        assert.strictEqual(yield* decisionOf(id), "approved")
        const again = yield* Effect.flip(submitPendingReview({ reviewId, actorId: writer.id, verdict: "approve" }))
        assert.deepInclude(again, { _tag: "CommentRejected", field: "review" })
      })
    )

    it.effect("can be deleted by its author, with its comments, and the decision is computed anew", () =>
      Effect.gen(function* () {
        const { admin, id, writer } = yield* peopledScene()
        const { id: reviewId } = yield* startReview({
          pullRequestId: id,
          actorId: writer.id,
          comments: [{ path: "b.txt", line: 1, body: "Why?" }]
        })
        yield* noJobs

        assert.strictEqual(
          (yield* Effect.flip(deletePendingReview({ reviewId, actorId: admin.id })))._tag,
          "CommentNotFound"
        )
        yield* deletePendingReview({ reviewId, actorId: writer.id })

        assert.strictEqual((yield* Effect.flip(findReview({ reviewId, actorId: writer.id })))._tag, "CommentNotFound")
        assert.deepStrictEqual(yield* listReviewComments({ pullRequestId: id, actorId: writer.id }), [])
        assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
      })
    )
  })

  describe("that is dismissed", () => {
    it.effect("decides no more, and is told with the reason", () =>
      Effect.gen(function* () {
        const { author, id, repositoryId, writer } = yield* peopledScene()
        const review = yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
        yield* recomputeReviews(id)
        yield* noJobs

        const one = { reviewId: review.id, actorId: author.id, message: "Much has changed" }
        const dismissed = yield* dismissReview(one)

        assert.deepInclude(dismissed, {
          state: "dismissed",
          dismissedById: author.id,
          dismissedMessage: "Much has changed"
        })
        assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
        assert.isNull(yield* decisionOf(id))
        const [, last] = yield* told(repositoryId, "pull_request_review")
        assert.deepInclude(last?.payload["review"] as object, { id: review.id, state: "dismissed" })
        assert.strictEqual((yield* Effect.flip(dismissReview(one)))._tag, "CommentRejected")
      })
    )

    it.effect("takes write access, a verdict and a reason", () =>
      Effect.gen(function* () {
        const { id, reader, writer } = yield* peopledScene()
        const own = { pullRequestId: id, actorId: writer.id }
        const approval = yield* submitReview({ ...own, verdict: "approve" })
        const remark = yield* submitReview({ ...own, verdict: "comment", body: "Hm" })
        const by = (actorId: number, reviewId: number, message = "No") =>
          Effect.map(Effect.flip(dismissReview({ reviewId, actorId, message })), ({ _tag }) => _tag)

        assert.strictEqual(yield* by(reader.id, approval.id), "Forbidden")
        assert.strictEqual(yield* by(writer.id, remark.id), "CommentRejected")
        assert.strictEqual(yield* by(writer.id, approval.id, " "), "CommentRejected")
        assert.strictEqual(yield* by(writer.id, 9_999_999), "CommentNotFound")
      })
    )
  })

  it.effect("is listed in the order of submission, a draft where it was submitted", () =>
    Effect.gen(function* () {
      const { admin, id, writer } = yield* peopledScene({ commits: ahead })
      const draft = yield* startReview({ pullRequestId: id, actorId: writer.id })
      const direct = yield* submitReview({ pullRequestId: id, actorId: admin.id, verdict: "approve" })
      yield* submitPendingReview({ reviewId: draft.id, actorId: writer.id, verdict: "approve" })

      const listed = yield* listReviews({ pullRequestId: id })
      assert.deepStrictEqual(
        listed.map((review) => review.id),
        [direct.id, draft.id]
      )
    })
  )
})
