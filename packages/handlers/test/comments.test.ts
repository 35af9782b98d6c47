import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { addComment, deleteComment, editComment, listComments } from "../src/index.ts"
import { forge } from "./support.ts"
import { peopledScene, told, toldNames } from "./support/people.ts"
import { alter } from "./support/scene.ts"

layer(forge(), { excludeTestServices: true })("a comment", (it) => {
  it.effect("of whoever may read is listed and told, on a merged pull request too", () =>
    Effect.gen(function* () {
      const { id, reader, repositoryId, stranger, tip } = yield* peopledScene()
      yield* alter(id, { state: "merged", mergedAt: new Date(), mergeCommitSha: yield* tip("feature") })

      const error = yield* Effect.flip(addComment({ pullRequestId: id, actorId: stranger.id, body: "Hello" }))
      assert.strictEqual(error._tag, "RepositoryUnknown")
      const first = yield* addComment({ pullRequestId: id, actorId: reader.id, body: "Thanks" })
      const second = yield* addComment({ pullRequestId: id, body: "From Drover itself" })

      assert.deepStrictEqual(yield* listComments({ pullRequestId: id, actorId: reader.id }), [first, second])
      assert.deepStrictEqual(yield* listComments({ pullRequestId: id, after: first.id }), [second])
      assert.deepStrictEqual(yield* listComments({ pullRequestId: id, limit: 1 }), [first])
      const [event] = yield* told(repositoryId, "issue_comment")
      assert.deepInclude(event, { action: "created", actorId: reader.id, pullRequestId: id })
      assert.deepInclude(event?.payload["comment"] as object, { id: first.id, body: "Thanks" })
      assert.deepInclude(event?.payload["issue"] as object, { number: 1, state: "closed" })
    })
  )

  it.effect("with a key that the pull request has already is not made again", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* peopledScene()
      const other = yield* peopledScene()
      const add = (pullRequestId: number, body: string) =>
        addComment({ pullRequestId, body, idempotencyKey: "build-7" })

      const [first, second] = yield* Effect.all([add(id, "Built"), add(id, "Built")], { concurrency: 2 })

      assert.deepStrictEqual(first, second)
      assert.deepStrictEqual(yield* toldNames(repositoryId, "issue_comment"), ["issue_comment created"])
      assert.notStrictEqual((yield* add(other.id, "Built")).id, first.id)
    })
  )

  for (const body of ["", " \n", "a\0b", "x".repeat(65_537)]) {
    it.effect(`cannot be ${JSON.stringify(body.slice(0, 9))}`, () =>
      Effect.gen(function* () {
        const { id } = yield* peopledScene()
        assert.strictEqual((yield* Effect.flip(addComment({ pullRequestId: id, body })))._tag, "CommentRejected")
      })
    )
  }

  it.effect("is edited and deleted by its author or an admin, and by nobody else", () =>
    Effect.gen(function* () {
      const { admin, id, reader, repositoryId, stranger, writer } = yield* peopledScene()
      const { id: commentId } = yield* addComment({ pullRequestId: id, actorId: reader.id, body: "Hm" })
      const edit = (actorId: number, body: string) => editComment({ commentId, actorId, body })

      assert.strictEqual((yield* Effect.flip(edit(writer.id, "No")))._tag, "NotTheAuthor")
      assert.strictEqual((yield* Effect.flip(edit(stranger.id, "No")))._tag, "CommentNotFound")
      assert.strictEqual((yield* edit(reader.id, "Hmm")).body, "Hmm")
      yield* edit(reader.id, "Hmm")
      yield* edit(admin.id, "Well")
      assert.strictEqual((yield* Effect.flip(deleteComment({ commentId, actorId: writer.id })))._tag, "NotTheAuthor")
      yield* deleteComment({ commentId, actorId: admin.id })

      assert.deepStrictEqual(yield* listComments({ pullRequestId: id }), [])
      assert.strictEqual((yield* Effect.flip(edit(reader.id, "Gone")))._tag, "CommentNotFound")
      const events = yield* told(repositoryId, "issue_comment")
      assert.deepStrictEqual(
        events.map(({ action, payload }) => [action, payload["changes"]]),
        [
          ["created", undefined],
          ["edited", { body: { from: "Hm" } }],
          ["edited", { body: { from: "Hmm" } }],
          ["deleted", undefined]
        ]
      )
    })
  )
})
