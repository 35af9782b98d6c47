import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { mergePullRequest, pullRequests, recompute, recomputeUnknown, repositories } from "../src/index.ts"
import { forge } from "./support.ts"
import { allJobs, noJobs, runAll, waiting, withoutQueue } from "./support/queue.ts"
import { alter, moveAway, scene, stateOf } from "./support/scene.ts"

const none = { moved: [], unknown: [] }

/** Nothing is older than this, or everything. */
const young = { olderThan: "1 hour", limit: 100 } as const
const any = { olderThan: 0, limit: 100 } as const

/** Forgets the forge. */
const empty = Effect.andThen(
  Database.use(({ run }) => run((db) => db.delete(repositories))),
  noJobs
)

/** Makes everything an hour and a half old. */
const age = Database.use(({ run }) =>
  Effect.andThen(
    run((db) =>
      db
        .update(pullRequests)
        .set({ mergeabilityRequestedAt: sql`${pullRequests.mergeabilityRequestedAt} - interval '90 minutes'` })
    ),
    run((db) =>
      db.update(repositories).set({ refsCheckedAt: sql`${repositories.refsCheckedAt} - interval '90 minutes'` })
    )
  )
)

/** Reads tables as they lie, so that an index cannot give an order that nobody asked for. */
const withoutIndexes = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Database.use(({ run, transaction }) =>
    transaction(
      Effect.andThen(
        Effect.forEach(["enable_indexscan", "enable_bitmapscan"], (setting) =>
          run((db) => db.execute(sql.raw(`set local ${setting} = off`)))
        ),
        effect
      )
    )
  )

layer(forge(), { excludeTestServices: true })("recomputeUnknown", (it) => {
  it.effect("enqueues those that have been unknown for long, once in that time", () =>
    Effect.gen(function* () {
      yield* empty
      const { id } = yield* scene()
      yield* noJobs
      assert.deepStrictEqual(yield* recomputeUnknown(young), none)
      yield* age

      assert.deepStrictEqual(yield* recomputeUnknown(young), { moved: [], unknown: [id] })

      assert.deepStrictEqual(yield* waiting, [id])
      assert.deepStrictEqual(yield* recomputeUnknown(young), none)
      yield* runAll
      assert.strictEqual(yield* stateOf(id), "clean, mergeable")
    })
  )

  it.effect("leaves alone those that are known, or merged", () =>
    Effect.gen(function* () {
      yield* empty
      const { id: known } = yield* scene()
      yield* recompute(known)
      const { id: merged } = yield* scene()
      yield* alter(merged, { state: "merged", mergedAt: new Date(), mergeCommitSha: "f".repeat(40) })
      yield* noJobs

      assert.deepStrictEqual(yield* recomputeUnknown(any), none)
      assert.deepStrictEqual(yield* allJobs, [])
    })
  )

  it.effect("takes those that wait for longest first, up to the limit", () =>
    Effect.gen(function* () {
      yield* empty
      const { id: last } = yield* scene()
      const { id: first } = yield* scene()
      const { id: second } = yield* scene()
      const hoursAgo = (hours: number) => ({ mergeabilityRequestedAt: new Date(Date.now() - hours * 3_600_000) })
      yield* alter(last, hoursAgo(3))
      yield* alter(second, hoursAgo(4))
      yield* alter(first, hoursAgo(5))

      const { unknown } = yield* withoutIndexes(recomputeUnknown({ olderThan: "1 hour", limit: 2 }))

      assert.sameMembers(unknown, [first, second])
      assert.deepStrictEqual((yield* recomputeUnknown({ olderThan: "1 hour", limit: 2 })).unknown, [last])
    })
  )

  it.effect("finds pushes, new branches and deletions that nobody recorded", () =>
    Effect.gen(function* () {
      yield* empty
      const { id, push, repository, row, tip } = yield* scene()
      yield* recompute(id)
      yield* noJobs
      assert.deepStrictEqual(yield* recomputeUnknown(any), none)

      yield* push({ on: "main", files: { "m.txt": "m\n" } })
      assert.deepStrictEqual((yield* recomputeUnknown(any)).moved, [id])
      assert.deepInclude(yield* row, { baseSha: yield* tip("main"), mergeableState: "unknown" })
      assert.deepStrictEqual(yield* waiting, [id])
      yield* runAll

      const head = yield* tip("feature")
      yield* repository.deleteBranch("feature")
      assert.deepStrictEqual((yield* recomputeUnknown(any)).moved, [id])
      yield* runAll
      yield* repository.forcePush("feature", head)
      assert.deepStrictEqual((yield* recomputeUnknown(any)).moved, [id])
      yield* runAll
      assert.strictEqual(yield* stateOf(id), "behind, mergeable")
    })
  )

  it.effect("looks at a repository once in that time, those first that were not looked at for longest", () =>
    Effect.gen(function* () {
      yield* empty
      const one = yield* scene()
      const two = yield* scene()
      for (const { id } of [one, two]) yield* recompute(id)
      yield* age
      yield* Database.use(({ run }) =>
        run((db) =>
          db
            .update(repositories)
            .set({ refsCheckedAt: sql`${repositories.refsCheckedAt} - interval '1 minute'` })
            .where(eq(repositories.id, two.repositoryId))
        )
      )
      for (const { push } of [one, two]) yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      const look = recomputeUnknown({ olderThan: "1 hour", limit: 1 })

      assert.deepStrictEqual((yield* look).moved, [two.id])
      assert.deepStrictEqual((yield* look).moved, [one.id])
      yield* one.push({ on: "feature", files: { "d.txt": "d\n" } })
      assert.deepStrictEqual((yield* look).moved, [])
    })
  )

  it.effect("is not held up by a repository that cannot be read", () =>
    Effect.gen(function* () {
      yield* empty
      const broken = yield* scene()
      const whole = yield* scene()
      for (const { id } of [broken, whole]) yield* recompute(id)
      yield* moveAway(broken.repositoryId)
      yield* whole.push({ on: "feature", files: { "c.txt": "c\n" } })

      assert.deepStrictEqual((yield* recomputeUnknown(any)).moved, [whole.id])
    })
  )

  it.effect("has a merge recorded whose process died", () =>
    Effect.gen(function* () {
      yield* empty
      const { id, row, tip } = yield* scene()
      yield* recompute(id)
      yield* Effect.exit(withoutQueue(mergePullRequest({ pullRequestId: id, method: "squash" })))
      assert.strictEqual((yield* row).state, "open")

      yield* recomputeUnknown(any)
      yield* runAll

      assert.deepInclude(yield* row, { state: "merged", mergeCommitSha: yield* tip("main") })
    })
  )
})
