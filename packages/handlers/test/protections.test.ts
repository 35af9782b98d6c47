import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  findProtection,
  listProtections,
  recomputeReviews,
  removeProtection,
  setProtection,
  type SetProtection
} from "../src/index.ts"
import { forge } from "./support.ts"
import { peopledScene, waitingFor } from "./support/people.ts"
import { noJobs, withoutQueue } from "./support/queue.ts"
import { ahead, alter } from "./support/scene.ts"

layer(forge(), { excludeTestServices: true })("a branch's protection", (it) => {
  it.effect("is what was set last for its pattern, with defaults for what is left out", () =>
    Effect.gen(function* () {
      const { admin, repositoryId } = yield* peopledScene()
      const own = { repositoryId, pattern: "main", actorId: admin.id }
      const first = yield* setProtection({ ...own, requiredApprovals: 2, requiredChecks: ["b", "a", "b"] })
      assert.deepInclude(first, { requiredApprovals: 2, requirePullRequest: true, allowForcePushes: false })
      assert.deepStrictEqual(first.requiredChecks, ["b", "a"])

      const second = yield* setProtection({ ...own, requirePullRequest: false })

      assert.deepInclude(second, { id: first.id, requiredApprovals: 0, requirePullRequest: false })
      assert.deepStrictEqual(yield* listProtections({ repositoryId, actorId: admin.id }), [second])
      assert.isTrue(yield* removeProtection(own))
      assert.isFalse(yield* removeProtection(own))
      assert.deepStrictEqual(yield* listProtections({ repositoryId }), [])
    })
  )

  it.effect("is the one of its own name, then the oldest that matches", () =>
    Effect.gen(function* () {
      const { repositoryId } = yield* peopledScene()
      for (const pattern of ["release/*", "release/1.*", "release/1.0", "**"]) {
        yield* setProtection({ repositoryId, pattern })
      }
      // setting one again makes it no younger
      yield* setProtection({ repositoryId, pattern: "release/*", requiredApprovals: 1 })
      const found = (branch: string) =>
        Effect.map(findProtection({ repositoryId, branch }), (protection) => protection?.pattern)

      assert.strictEqual(yield* found("release/1.0"), "release/1.0")
      assert.strictEqual(yield* found("release/1.1"), "release/*")
      assert.strictEqual(yield* found("release/1/x"), "**")
      yield* removeProtection({ repositoryId, pattern: "**" })
      assert.isUndefined(yield* found("main"))
    })
  )

  it.effect("is changed by admins, and shown to those who may read", () =>
    Effect.gen(function* () {
      const { reader, repositoryId, stranger, writer } = yield* peopledScene()
      const tag = (actorId: number) =>
        Effect.map(Effect.flip(setProtection({ repositoryId, pattern: "main", actorId })), ({ _tag }) => _tag)

      assert.strictEqual(yield* tag(writer.id), "Forbidden")
      assert.strictEqual(yield* tag(stranger.id), "RepositoryUnknown")
      const removed = removeProtection({ repositoryId, pattern: "main", actorId: writer.id })
      assert.strictEqual((yield* Effect.flip(removed))._tag, "Forbidden")
      assert.deepStrictEqual(yield* listProtections({ repositoryId, actorId: reader.id }), [])
    })
  )

  for (const wrong of [
    { pattern: "" },
    { pattern: "a b" },
    { pattern: "/main" },
    { requiredApprovals: 11 },
    { requiredApprovals: -1 },
    { requiredApprovals: 1.5 },
    { requiredChecks: ["build", " "] },
    { requiredChecks: ["a\0b"] }
  ] as ReadonlyArray<Partial<SetProtection>>) {
    it.effect(`cannot have ${JSON.stringify(wrong)}`, () =>
      Effect.gen(function* () {
        const { repositoryId } = yield* peopledScene()
        const error = yield* Effect.flip(setProtection({ repositoryId, pattern: "main", ...wrong }))
        assert.strictEqual(error._tag, "ProtectionRejected")
      })
    )
  }

  it.effect("has the open pull requests into its branches computed anew when it changes, and no others", () =>
    Effect.gen(function* () {
      const commits = [
        ...ahead,
        { on: "release/1", from: "main", files: { r: "" } },
        { on: "release/2", from: "main", files: { s: "" } }
      ]
      const { id, open, repositoryId } = yield* peopledScene({ commits })
      const one = yield* open("feature", "release/1")
      const two = yield* open("feature", "release/2")
      const closed = yield* open("main", "release/1")
      yield* alter(closed.id, { state: "closed" })
      const changed = <A, E, R>(change: Effect.Effect<A, E, R>) =>
        Effect.gen(function* () {
          yield* noJobs
          yield* change
          const [reviews, merging] = [
            yield* waitingFor("recompute_review_decision"),
            yield* waitingFor("recompute_mergeability")
          ]
          assert.deepStrictEqual(reviews, merging)
          return reviews
        })

      assert.deepStrictEqual(yield* changed(setProtection({ repositoryId, pattern: "release/*" })), [one.id, two.id])
      assert.deepStrictEqual(yield* changed(setProtection({ repositoryId, pattern: "main" })), [id])
      assert.deepStrictEqual(yield* changed(removeProtection({ repositoryId, pattern: "release/*" })), [one.id, two.id])
      assert.deepStrictEqual(yield* changed(removeProtection({ repositoryId, pattern: "release/*" })), [])
      assert.deepStrictEqual(yield* changed(setProtection({ repositoryId, pattern: "nothing/*" })), [])
    })
  )

  it.effect("does not change when nobody can be told", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* peopledScene()
      yield* Effect.flip(withoutQueue(setProtection({ repositoryId, pattern: "main", requiredApprovals: 1 })))
      assert.deepStrictEqual(yield* listProtections({ repositoryId }), [])
      assert.isNull((yield* recomputeReviews(id))!.standing.reviewDecision)
    })
  )
})
