import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { combinedStatus, createStatus, listStatuses, recomputeReviews } from "../../src/index.ts"
import { forge } from "../support.ts"
import { peopledScene, told, waitingFor } from "../support/people.ts"
import { noJobs, withoutQueue } from "../support/queue.ts"
import { alter } from "../support/scene.ts"

const rollupOf = (id: number) => Effect.map(recomputeReviews(id), (computed) => computed?.standing.checkRollup)

const reported = Effect.gen(function* () {
  const made = yield* peopledScene()
  const { repositoryId, writer } = made
  const sha = yield* made.tip("feature")
  const say = (state: "error" | "failure" | "pending" | "success", context?: string) =>
    createStatus({ repositoryId, sha, state, context, actorId: writer.id })
  return { ...made, sha, say, combined: combinedStatus({ repositoryId, sha }) }
})

layer(forge(), { excludeTestServices: true })("a commit status", (it) => {
  it.effect("takes the place of the one before in its context, and of no other", () =>
    Effect.gen(function* () {
      const { combined, id, say } = yield* reported
      const shown = Effect.map(combined, ({ state, statuses }) => `${state}/${statuses.length}`)

      assert.strictEqual(yield* shown, "pending/0")
      yield* say("pending", "build")
      assert.strictEqual(yield* shown, "pending/1")
      yield* say("failure", "build")
      assert.strictEqual(yield* rollupOf(id), "failure")
      yield* say("success", "build")
      assert.strictEqual(yield* shown, "success/1")
      // what failed once and passed since has passed
      assert.strictEqual(yield* rollupOf(id), "success")
      yield* say("failure", "lint")
      assert.strictEqual(yield* shown, "failure/2")
      yield* say("error", "lint")
      assert.strictEqual(yield* shown, "failure/2")
      assert.strictEqual(yield* rollupOf(id), "error")
    })
  )

  it.effect("is told, and has the pull requests with that head computed that are not merged", () =>
    Effect.gen(function* () {
      const { id, open, push, repositoryId, say, sha, tip, writer } = yield* reported
      yield* push({ on: "other", from: "main", files: { o: "" } })
      yield* open("other")
      const again = yield* open("feature", "other")
      yield* alter(again.id, { state: "closed" })
      yield* push({ on: "third", from: "main", files: { t: "" } })
      const merged = yield* open("feature", "third")
      yield* alter(merged.id, { state: "merged", mergedAt: new Date(), mergeCommitSha: yield* tip("feature") })
      yield* noJobs

      const status = yield* say("success")

      assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id, again.id])
      const [event] = yield* told(repositoryId, "status")
      assert.deepInclude(event?.payload, { id: status.id, sha, state: "success", context: "default" })
      assert.strictEqual(event?.actorId, writer.id)
    })
  )

  it.effect("is not there when its jobs cannot be enqueued", () =>
    Effect.gen(function* () {
      const { repositoryId, say, sha } = yield* reported
      yield* Effect.flip(withoutQueue(say("success")))
      assert.strictEqual((yield* listStatuses({ repositoryId, sha })).total, 0)
      assert.deepStrictEqual(yield* told(repositoryId, "status"), [])
    })
  )

  it.effect("takes write access, and a commit that the repository has", () =>
    Effect.gen(function* () {
      const { reader, repositoryId, sha, stranger, writer } = yield* reported
      const tag = (options: Partial<Parameters<typeof createStatus>[0]>) =>
        Effect.map(
          Effect.flip(createStatus({ repositoryId, sha, state: "success", actorId: writer.id, ...options })),
          ({ _tag }) => _tag
        )

      assert.strictEqual(yield* tag({ actorId: reader.id }), "Forbidden")
      assert.strictEqual(yield* tag({ actorId: stranger.id }), "RepositoryUnknown")
      assert.strictEqual(yield* tag({ repositoryId: 9_999_999 }), "RepositoryUnknown")
      for (const wrong of [
        { sha: "f".repeat(40) },
        { sha: "feature" },
        { context: "" },
        { context: "a\nb" },
        { description: "x".repeat(141) },
        { targetUrl: "javascript:alert(1)" },
        { targetUrl: "/builds/7" }
      ]) {
        assert.strictEqual(yield* tag(wrong), "CheckRejected", JSON.stringify(wrong))
      }
    })
  )

  it.effect("stays in the list of all, the newest first, by pages", () =>
    Effect.gen(function* () {
      const { repositoryId, say, sha } = yield* reported
      const made = [yield* say("pending"), yield* say("failure"), yield* say("success", "lint")]
      const list = (page: { readonly page?: number; readonly perPage?: number }) =>
        listStatuses({ repositoryId, sha, ...page })

      assert.deepStrictEqual(yield* list({}), { total: 3, items: made.toReversed() })
      assert.deepStrictEqual(yield* list({ page: 2, perPage: 2 }), { total: 3, items: [made[0]!] })
      for (const wrong of [{ page: 0 }, { perPage: 0 }, { perPage: 101 }, { page: 1.5 }]) {
        assert.strictEqual((yield* Effect.flip(list(wrong)))._tag, "CheckRejected")
      }
    })
  )
})
