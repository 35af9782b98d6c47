import { assert, describe, it as plain, layer } from "@effect/vitest"
import { Effect } from "effect"
import { changeLabels, closePullRequest, listLabels } from "../src/index.ts"
import { planLabels } from "../src/labels/planLabels.ts"
import { forge } from "./support.ts"
import { peopledScene } from "./support/people.ts"
import { told } from "./support/actors.ts"

describe("what becomes of labels", () => {
  plain.each([
    [[], { add: ["a", "b", "A"], remove: [] }, { added: ["a", "b"], removed: [] }],
    [["a"], { add: ["A", "b"], remove: [] }, { added: ["b"], removed: [] }],
    [["a", "b"], { add: [], remove: ["B", "c"] }, { added: [], removed: ["b"] }],
    [["a"], { add: ["a"], remove: ["a"] }, { added: [], removed: [] }],
    [[], { add: ["a"], remove: ["a"] }, { added: ["a"], removed: [] }]
  ] as const)("%j, asked %j", (present, asked, plan) => {
    assert.deepStrictEqual(planLabels(present, asked), plan)
  })
})

layer(forge(), { excludeTestServices: true })("labels", (it) => {
  it.effect("are added and removed by who may write, told one by one, and never twice", () =>
    Effect.gen(function* () {
      const { id, writer } = yield* peopledScene()
      const actorId = writer.id
      const change = (add: ReadonlyArray<string>, remove: ReadonlyArray<string> = []) =>
        changeLabels({ pullRequestId: id, add, remove, actorId })

      assert.deepStrictEqual(yield* change(["needs review", "Bug"]), ["Bug", "needs review"].toSorted())
      yield* change(["bug", "needs review"])
      assert.deepStrictEqual(yield* change(["done"], ["NEEDS REVIEW", "never there"]), ["Bug", "done"].toSorted())
      assert.deepStrictEqual(yield* listLabels({ pullRequestId: id, actorId }), ["Bug", "done"].toSorted())

      const words = (yield* told(id)).flatMap(({ action, actorId: by, payload }) => {
        const label = payload["label"] as { readonly name: string } | undefined
        return label === undefined ? [] : [[action, label.name, by]]
      })
      assert.deepStrictEqual(words, [
        ["labeled", "needs review", actorId],
        ["labeled", "Bug", actorId],
        ["unlabeled", "needs review", actorId],
        ["labeled", "done", actorId]
      ])
    })
  )

  it.effect("are for who may write alone, and read by who may read", () =>
    Effect.gen(function* () {
      const { id, reader, stranger } = yield* peopledScene()
      const add = ["bug"]
      yield* changeLabels({ pullRequestId: id, add })

      const forbidden = yield* Effect.flip(changeLabels({ pullRequestId: id, add: ["other"], actorId: reader.id }))
      const unknown = yield* Effect.flip(changeLabels({ pullRequestId: id, add: ["other"], actorId: stranger.id }))
      const unread = yield* Effect.flip(listLabels({ pullRequestId: id, actorId: stranger.id }))

      assert.deepStrictEqual(
        [forbidden, unknown, unread].map(({ _tag }) => _tag),
        ["Forbidden", "RepositoryUnknown", "RepositoryUnknown"]
      )
      assert.deepStrictEqual(yield* listLabels({ pullRequestId: id, actorId: reader.id }), add)
    })
  )

  it.effect("may be given to what is closed", () =>
    Effect.gen(function* () {
      const { id } = yield* peopledScene()
      yield* closePullRequest(id)

      assert.deepStrictEqual(yield* changeLabels({ pullRequestId: id, add: ["late"] }), ["late"])
    })
  )

  it.effect("say which rule is broken, and none is added then", () =>
    Effect.gen(function* () {
      const { id } = yield* peopledScene()
      for (const [label, says] of [
        ["  ", "must not be blank"],
        [" bug", "must not begin or end with a space"],
        ["a\nb", "must be one line without control characters"],
        ["a\0b", "must be one line without control characters"],
        ["x".repeat(101), "must have at most 100 characters"]
      ] as const) {
        const error = yield* Effect.flip(changeLabels({ pullRequestId: id, add: ["good", label] }))
        assert.deepInclude(error, { _tag: "LabelRejected", retryable: false })
        assert.include(error.message, says)
      }
      const many = Array.from({ length: 101 }, (_, index) => `label ${index}`)
      const error = yield* Effect.flip(changeLabels({ pullRequestId: id, add: many }))
      assert.include(error.message, "at most 100")
      assert.deepStrictEqual(yield* listLabels({ pullRequestId: id }), [])
      assert.lengthOf(yield* changeLabels({ pullRequestId: id, add: many.slice(1) }), 100)
    })
  )

  it.effect("are one where many give the same at once", () =>
    Effect.gen(function* () {
      const { id } = yield* peopledScene()

      yield* Effect.all(
        ["bug", "Bug", "BUG"].map((label) => changeLabels({ pullRequestId: id, add: [label] })),
        { concurrency: "unbounded" }
      )

      assert.lengthOf(yield* listLabels({ pullRequestId: id }), 1)
    })
  )
})
