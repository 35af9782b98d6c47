import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { resolveRefs, updateRefs } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

const main = "refs/heads/main"
const head = "refs/pull/1/head"
const merge = "refs/pull/1/merge"

/** `main` at `first` and `refs/pull/1/merge` at `second`. */
const scene = Effect.gen(function* () {
  const { commit, path: repository } = yield* TestRepository.make()
  const first = yield* commit("main", { a: "1" })
  const second = yield* commit("second", { a: "2" }, { from: first })
  yield* updateRefs({ repository, updates: [{ ref: merge, from: null, to: second }] })
  const refs = Effect.map(resolveRefs({ repository, refs: [main, head, merge] }), (found) => Object.fromEntries(found))
  return { repository, first, second, refs }
})

layer(gitLayer(), realTime)("updateRefs", (it) => {
  it.effect("moves, creates and deletes together", () =>
    Effect.gen(function* () {
      const { first, refs, repository, second } = yield* scene

      yield* updateRefs({
        repository,
        updates: [
          { ref: head, from: null, to: second },
          { ref: merge, from: second, to: null },
          { ref: main, from: first, to: second }
        ]
      })

      assert.deepStrictEqual(yield* refs, { [head]: second, [main]: second })
    })
  )

  it.effect("changes none when one was moved, and names that one", () =>
    Effect.gen(function* () {
      const { first, refs, repository, second } = yield* scene
      const before = yield* refs

      const error = yield* Effect.flip(
        updateRefs({
          repository,
          updates: [
            { ref: main, from: first, to: second },
            { ref: merge, from: first, to: null }
          ]
        })
      )

      assert.deepInclude(error, { _tag: "RefMoved", ref: merge, expected: first, actual: second })
      assert.deepStrictEqual(yield* refs, before)
    })
  )

  it.effect("changes none when there is no commit to point one at", () =>
    Effect.gen(function* () {
      const { first, refs, repository, second } = yield* scene
      const before = yield* refs
      const updates = [
        { ref: main, from: first, to: second },
        { ref: head, from: null, to: nowhere }
      ]

      const error = yield* Effect.flip(updateRefs({ repository, updates }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
      assert.deepStrictEqual(yield* refs, before)
    })
  )

  it.effect("asks git nothing about no updates, or about a malformed name", () =>
    Effect.gen(function* () {
      const repository = "/nowhere/at/all.git"

      yield* updateRefs({ repository, updates: [] })
      const error = yield* Effect.flip(
        updateRefs({ repository, updates: [{ ref: "refs/heads/a b", from: null, to: nowhere }] })
      )

      assert.deepInclude(error, { _tag: "NameRejected", name: "refs/heads/a b" })
    })
  )
})

layer(gitLayer(), realTime)("resolveRefs", (it) => {
  it.effect("gives those that exist, by their full names, and no others", () =>
    Effect.gen(function* () {
      const { first, repository, second } = yield* scene
      yield* updateRefs({ repository, updates: [{ ref: "refs/pull/1/head/deeper", from: null, to: first }] })

      const found = yield* resolveRefs({ repository, refs: [main, head, merge, "refs/heads/none", main] })

      assert.deepStrictEqual(Object.fromEntries(found), { [main]: first, [merge]: second })
    })
  )

  it.effect("refuses a name that no ref can have", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(resolveRefs({ repository: "/nowhere", refs: ["main"] }))

      assert.deepInclude(error, { _tag: "NameRejected", kind: "ref", name: "main" })
    })
  )
})
