import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  type InlineComment,
  listReviewComments,
  listReviews,
  replyToComment,
  resolveThread,
  startReview,
  submitReview
} from "../../src/index.ts"
import { forge } from "../support.ts"
import { peopledScene, told, toldNames, waitingFor } from "../support/people.ts"
import { noJobs } from "../support/queue.ts"
import type { Commit } from "../support/history.ts"

const lines = (...changed: ReadonlyArray<number>) =>
  Array.from({ length: 30 }, (_, index) => `${changed.includes(index + 1) ? "new" : "line"} ${index + 1}\n`).join("")

/** Changes lines 5 and 25 of one file, renames another, adds one and removes one. */
const commits: ReadonlyArray<Commit> = [
  {
    on: "main",
    from: null,
    files: { "a.txt": lines(), "old.txt": `${lines()}end\n`, "gone.txt": "x\n", "star*.txt": "x\n", "start.txt": "x\n" }
  },
  {
    on: "feature",
    from: "main",
    files: {
      "a.txt": lines(5, 25),
      "old.txt": null,
      "moved.txt": `${lines(2)}end\n`,
      "b.txt": "one\ntwo",
      "gone.txt": null,
      "star*.txt": "y\n",
      "start.txt": "z\n"
    }
  }
]

const reviewed = Effect.fnUntraced(function* (comments: ReadonlyArray<InlineComment>) {
  const made = yield* peopledScene({ commits })
  const { id, writer } = made
  const submit = submitReview({ pullRequestId: id, actorId: writer.id, verdict: "comment", comments })
  return { ...made, submit }
})

const at = (path: string, place: Partial<InlineComment>): InlineComment => ({ path, body: "Why?", ...place })

layer(forge(), { excludeTestServices: true })("an inline comment", (it) => {
  it.effect("stands where the diff shows the line", () =>
    Effect.gen(function* () {
      const { id, submit } = yield* reviewed([
        at("a.txt", { line: 5 }),
        at("a.txt", { line: 2 }),
        at("a.txt", { line: 25 }),
        at("b.txt", { line: 1 }),
        at("moved.txt", { line: 2 }),
        at("star*.txt", { line: 1 }),
        at("a.txt", { position: 5 })
      ])
      yield* submit

      const made = yield* listReviewComments({ pullRequestId: id })
      assert.deepStrictEqual(
        made.map(({ line, path, position }) => `${path} ${line} at ${position}`),
        [
          "a.txt 5 at 5",
          "a.txt 2 at 1",
          // eight lines of the first hunk, the second's header, three of context, the removed one
          "a.txt 25 at 14",
          "b.txt 1 at 1",
          "moved.txt 2 at 3",
          "star*.txt 1 at 2",
          "a.txt 5 at 5"
        ]
      )
    })
  )

  for (const [what, comment] of [
    ["a path that is not in the diff", at("x.txt", { line: 1 })],
    ["a line that the diff does not show", at("a.txt", { line: 15 })],
    ["a line beyond the file", at("b.txt", { line: 3 })],
    ["a removed line", at("a.txt", { position: 4 })],
    ["a removed file", at("gone.txt", { line: 1 })],
    ["a hunk's header", at("a.txt", { position: 9 })],
    ["line 0", at("b.txt", { line: 0 })],
    ["half a line", at("b.txt", { line: 1.5 })],
    ["line 2^40", at("b.txt", { line: 2 ** 40 })],
    ["position 2^40", at("b.txt", { position: 2 ** 40 })],
    ["no place", at("b.txt", {})],
    ["two places", at("b.txt", { line: 1, position: 1 })],
    ["no words", { path: "b.txt", line: 1, body: " " }],
    ["a path that is none", at("b\0.txt", { line: 1 })]
  ] as const) {
    it.effect(`cannot stand on ${what}, and nothing of its review is written`, () =>
      Effect.gen(function* () {
        const { id, submit } = yield* reviewed([at("b.txt", { line: 1 }), comment])
        const error = yield* Effect.flip(submit)
        assert.strictEqual(error._tag, "CommentRejected")
        assert.deepStrictEqual(yield* listReviews({ pullRequestId: id }), [])
      })
    )
  }

  it.effect("is replied to in a thread of one depth, by a review of its own", () =>
    Effect.gen(function* () {
      const { author, id, reader, repositoryId, submit } = yield* reviewed([at("b.txt", { line: 2 })])
      yield* submit
      yield* noJobs
      const [root] = yield* listReviewComments({ pullRequestId: id })

      const reply = yield* replyToComment({ commentId: root!.id, actorId: author.id, body: "Because" })
      const second = yield* replyToComment({ commentId: reply.id, actorId: reader.id, body: "Ah" })

      for (const made of [reply, second]) assert.deepInclude(made, { replyToId: root!.id, path: "b.txt", line: 2 })
      assert.deepStrictEqual(
        (yield* listReviews({ pullRequestId: id })).map(({ state }) => state),
        ["commented", "commented", "commented"]
      )
      const events = yield* told(repositoryId, "pull_request_review_comment")
      assert.deepStrictEqual(
        events.map(({ payload }) => (payload["comment"] as { readonly in_reply_to_id?: number }).in_reply_to_id),
        [undefined, root!.id, root!.id]
      )
      assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
    })
  )

  it.effect("in a draft cannot be replied to: it is not there for others", () =>
    Effect.gen(function* () {
      const { admin, id, writer } = yield* peopledScene({ commits })
      yield* startReview({ pullRequestId: id, actorId: writer.id, comments: [at("b.txt", { line: 1 })] })
      const [draft] = yield* listReviewComments({ pullRequestId: id, actorId: writer.id })
      const error = yield* Effect.flip(replyToComment({ commentId: draft!.id, actorId: admin.id, body: "?" }))
      assert.strictEqual(error._tag, "CommentNotFound")
    })
  )

  it.effect("begins a thread that the author and writers settle, and open again", () =>
    Effect.gen(function* () {
      const { author, id, reader, repositoryId, submit, writer } = yield* reviewed([at("b.txt", { line: 1 })])
      yield* submit
      const [root] = yield* listReviewComments({ pullRequestId: id })
      const reply = yield* replyToComment({ commentId: root!.id, actorId: author.id, body: "Because" })
      const settle = (actorId: number, resolved: boolean) => resolveThread({ commentId: reply.id, actorId, resolved })

      assert.strictEqual((yield* Effect.flip(settle(reader.id, true)))._tag, "NotTheAuthor")
      const resolved = yield* settle(author.id, true)
      assert.deepInclude(resolved, { id: root!.id, resolvedById: author.id })
      assert.instanceOf(resolved.resolvedAt, Date)
      assert.deepStrictEqual(yield* settle(writer.id, true), resolved)
      assert.deepInclude(yield* settle(writer.id, false), { resolvedAt: null, resolvedById: null })
      assert.deepStrictEqual(yield* toldNames(repositoryId, "pull_request_review_thread"), [
        "pull_request_review_thread resolved",
        "pull_request_review_thread unresolved"
      ])
    })
  )
})
