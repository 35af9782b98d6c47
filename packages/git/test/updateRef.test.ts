import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { resolveBranchTips, updateRef } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

const ref = "refs/heads/main"

/** A repository whose `main` is at `first`, and two later commits to move it to. */
const scene = Effect.gen(function* () {
  const { commit, path: repository } = yield* TestRepository.make()
  const first = yield* commit("main", { a: "1" })
  const second = yield* commit("second", { a: "2" }, { from: first })
  const third = yield* commit("third", { a: "3" }, { from: first })
  const tip = resolveBranchTips({ repository, branches: ["main"] }).pipe(
    Effect.map(({ tips }) => tips.get("main") ?? null)
  )
  return { repository, first, second, third, tip }
})

layer(gitLayer(), realTime)("updateRef", (it) => {
  it.effect("moves a ref from where it was seen", () =>
    Effect.gen(function* () {
      const { first, repository, second, tip } = yield* scene

      yield* updateRef({ repository, ref, from: first, to: second })

      assert.strictEqual(yield* tip, second)
    })
  )

  it.effect("leaves a ref alone that somebody else moved", () =>
    Effect.gen(function* () {
      const { first, repository, second, third, tip } = yield* scene
      yield* updateRef({ repository, ref, from: first, to: second })

      const error = yield* Effect.flip(updateRef({ repository, ref, from: first, to: third }))

      assert.deepInclude(error, { _tag: "RefMoved", ref, expected: first, actual: second, retryable: true })
      assert.strictEqual(yield* tip, second)
    })
  )

  it.effect("creates a ref that does not exist, and only then", () =>
    Effect.gen(function* () {
      const { first, repository, second } = yield* scene
      const fresh = { repository, ref: "refs/pull/7/merge", from: null }

      yield* updateRef({ ...fresh, to: first })
      const error = yield* Effect.flip(updateRef({ ...fresh, to: second }))

      assert.deepInclude(error, { _tag: "RefMoved", expected: null, actual: first })
    })
  )

  it.effect("deletes a ref that is where it was seen, and only then", () =>
    Effect.gen(function* () {
      const { first, repository, second, tip } = yield* scene

      const error = yield* Effect.flip(updateRef({ repository, ref, from: second, to: null }))
      assert.deepInclude(error, { _tag: "RefMoved", expected: second, actual: first })
      assert.strictEqual(yield* tip, first)

      yield* updateRef({ repository, ref, from: first, to: null })
      assert.isNull(yield* tip)
    })
  )

  it.effect("says that a ref is gone when it should be moved", () =>
    Effect.gen(function* () {
      const { first, repository, second } = yield* scene

      const error = yield* Effect.flip(updateRef({ repository, ref: "refs/heads/gone", from: first, to: second }))

      assert.deepInclude(error, { _tag: "RefMoved", expected: first, actual: null })
    })
  )

  it.effect("names the commit that does not exist", () =>
    Effect.gen(function* () {
      const { first, repository } = yield* scene

      const error = yield* Effect.flip(updateRef({ repository, ref, from: first, to: nowhere }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("lets exactly one of many win", () =>
    Effect.gen(function* () {
      const { first, repository, second, third } = yield* scene

      const outcomes = yield* Effect.forEach(
        [second, third, second, third, second, third],
        (to) =>
          Effect.match(updateRef({ repository, ref, from: first, to }), { onSuccess: () => 1, onFailure: () => 0 }),
        { concurrency: "unbounded" }
      )

      assert.strictEqual(
        outcomes.reduce<number>((sum, won) => sum + won, 0),
        1
      )
    })
  )

  it.effect("calls a held lock a failure to retry, not a lost race", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const { first, repository, second } = yield* scene
      yield* fileSystem.writeFileString(`${repository}/${ref}.lock`, "")

      const error = yield* Effect.flip(updateRef({ repository, ref, from: first, to: second }))

      assert.deepInclude(error, { _tag: "GitFailed", retryable: true })
    })
  )

  it.effect("refuses refs that are malformed or not under refs/", () =>
    Effect.gen(function* () {
      const { first, repository, second } = yield* scene

      for (const name of [
        "HEAD",
        "--stdin",
        "refs/heads/a b",
        "refs/heads/x\0delete refs/heads/main",
        "refs/../HEAD"
      ]) {
        const error = yield* Effect.flip(updateRef({ repository, ref: name, from: first, to: second }))
        assert.deepInclude(error, { _tag: "NameRejected", kind: "ref", name, retryable: false })
      }
    })
  )

  it.effect("creates refs in SHA-256 repositories", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make({ objectFormat: "sha256" })
      const tip = yield* commit("main", { a: "1" })

      yield* updateRef({ repository, ref: "refs/heads/copy", from: null, to: tip })
      yield* updateRef({ repository, ref: "refs/heads/copy", from: tip, to: null })

      const { missing } = yield* resolveBranchTips({ repository, branches: ["copy"] })
      assert.deepStrictEqual(missing, ["copy"])
    })
  )
})
