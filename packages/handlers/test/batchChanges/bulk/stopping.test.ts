import { assert, layer } from "@effect/vitest"
import { Database } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Deferred, Effect } from "effect"
import {
  type BulkOperation,
  cancelBulkOperation,
  createBulkOperation,
  findBulkOperation,
  listBulkOperations,
  resumeBulkOperation
} from "../../../src/batchChanges/index.ts"
import { changesetJobs, changesets } from "../../../src/index.ts"
import { batchChange, changeset, changesetRow, person } from "../../support/batchChanges.ts"
import { askFor, bulk, happened, jobOf, jobsOf, oneChangeset, settled, work, working } from "../../support/bulk.ts"
import { type Interception, MemoryHost } from "../../support/MemoryHost.ts"
import { untilBlocked } from "../../support/queue.ts"

const untouched: Interception = (perform) => perform

/** The host answers nothing until it is let go; says whom it lets wait. */
const holdHost = Effect.gen(function* () {
  const memory = yield* MemoryHost
  const entered = yield* Deferred.make<void>()
  const open = yield* Deferred.make<void>()
  memory.intercept((perform) =>
    Effect.andThen(Deferred.succeed(entered, undefined), Effect.andThen(Deferred.await(open), perform))
  )
  return {
    entered: Deferred.await(entered),
    letGo: Effect.andThen(
      Effect.sync(() => memory.intercept(untouched)),
      Deferred.succeed(open, undefined)
    )
  }
})

const many = Effect.fnUntraced(function* (count: number) {
  const { id, member } = yield* batchChange()
  const all = yield* Effect.forEach(Array.from({ length: count }), () =>
    changeset({ batchChangeId: id, writer: member })
  )
  const ask = (operation: BulkOperation) =>
    Effect.map(
      createBulkOperation({
        batchChangeId: id,
        changesetIds: all.map((one) => one.id),
        operation,
        actorId: member
      }),
      (made) => made.id
    )
  return { batchChangeId: id, actorId: member, all, ask }
})

const statesOf = (id: number) => Effect.map(jobsOf(id), (jobs) => jobs.map(({ state }) => state))

layer(bulk(), { excludeTestServices: true })("A bulk operation", (it) => {
  it.effect("that is canceled while it runs stops what waits at once, and asks what runs to stop", () =>
    Effect.gen(function* () {
      const { actorId, all, ask } = yield* many(3)
      const id = yield* ask({ type: "close" })
      const one = { bulkOperationId: id, actorId }
      const host = yield* holdHost
      const canceled = yield* working(
        Effect.gen(function* () {
          yield* host.entered
          const answer = yield* cancelBulkOperation(one)
          yield* settled
          return answer
        }),
        { concurrency: 1 }
      )
      yield* host.letGo
      assert.deepStrictEqual(canceled, { canceled: 2, requested: 1 })
      assert.deepStrictEqual(yield* statesOf(id), ["canceled", "canceled", "canceled"])
      assert.deepInclude(yield* findBulkOperation(one), { state: "canceled", progress: 1 })
      assert.isNotNull((yield* findBulkOperation(one)).canceledAt)
      for (const { id: changesetId } of all) {
        assert.deepInclude(yield* changesetRow(changesetId), { externalState: "open" })
      }
      assert.deepStrictEqual(yield* cancelBulkOperation(one), { canceled: 0, requested: 0 })
    })
  )

  it.effect("that is canceled when a host has answered already records the answer", () =>
    Effect.gen(function* () {
      const { actorId, all, ask } = yield* many(1)
      const id = yield* ask({ type: "close" })
      const { begin, run } = yield* Database
      const changesetId = all[0]!.id
      yield* working(
        Effect.gen(function* () {
          const held = yield* begin
          yield* held.use(run((db) => db.select().from(changesets).where(eq(changesets.id, changesetId)).for("update")))
          yield* untilBlocked
          assert.deepStrictEqual(yield* cancelBulkOperation({ bulkOperationId: id, actorId }), {
            canceled: 0,
            requested: 1
          })
          yield* held.commit
          yield* settled
        }).pipe(Effect.scoped)
      )
      assert.deepInclude(yield* jobOf(id), { state: "completed" })
      assert.deepInclude(yield* changesetRow(changesetId), { externalState: "closed" })
    })
  )

  it.effect("that is resumed does what failed and what was canceled, and nothing twice", () =>
    Effect.gen(function* () {
      const { actorId, all, ask } = yield* many(3)
      const memory = yield* MemoryHost
      const [moved, , canceled] = all
      memory.alter(moved!.repository, moved!.externalId, { headSha: "later" })
      const id = yield* ask({ type: "merge", method: "merge" })
      const one = { bulkOperationId: id, actorId }
      yield* Database.use(({ run }) =>
        run((db) =>
          db.update(changesetJobs).set({ state: "canceled" }).where(eq(changesetJobs.changesetId, canceled!.id))
        )
      )
      yield* work
      assert.deepStrictEqual(yield* statesOf(id), ["failed", "completed", "canceled"])
      const failed = yield* findBulkOperation(one)
      assert.deepInclude(failed, { state: "failed", progress: 1, total: 3 })
      assert.lengthOf(failed.errors, 1)
      assert.deepInclude(failed.errors[0], {
        changesetId: moved!.id,
        repository: moved!.repository,
        externalId: moved!.externalId,
        state: "failed"
      })

      // whoever resumes has looked
      yield* Database.use(({ run }) =>
        run((db) => db.update(changesets).set({ externalHeadSha: "later" }).where(eq(changesets.id, moved!.id)))
      )
      assert.strictEqual(yield* resumeBulkOperation(one), 2)
      assert.deepStrictEqual(
        (yield* jobsOf(id)).map(({ expectedHead }) => expectedHead),
        ["later", "head", "head"]
      )
      assert.deepInclude(yield* findBulkOperation(one), { state: "processing", canceledAt: null })
      assert.match((yield* findBulkOperation(one)).errors[0]?.message ?? "", /head moved/u)
      yield* work
      assert.deepStrictEqual(yield* statesOf(id), ["completed", "completed", "completed"])
      const done = yield* findBulkOperation(one)
      assert.deepInclude(done, { state: "completed", progress: 1, errors: [] })
      assert.isNotNull(done.finishedAt)
      assert.strictEqual(yield* resumeBulkOperation(one), 0)
      for (const { what } of all) {
        assert.lengthOf(
          memory.askedOf(what).filter((operation) => operation === "merge"),
          what === moved!.what ? 2 : 1
        )
      }
    })
  )

  it.effect("that is resumed acts for whoever resumes it", () =>
    Effect.gen(function* () {
      const { actorId, ask } = yield* many(1)
      const id = yield* ask({ type: "close" })
      yield* cancelBulkOperation({ bulkOperationId: id, actorId })
      yield* resumeBulkOperation({ bulkOperationId: id })
      assert.deepInclude(yield* jobOf(id), { userId: null, byOperator: true, state: "queued" })
    })
  )

  it.effect("is shown, stopped and gone on with by nobody who has nothing to do with its batch change", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const id = yield* askFor(scene, { type: "close" })
      const { id: actorId } = yield* person("stranger")
      const one = { bulkOperationId: id, actorId }
      const unknown = { _tag: "BulkOperationUnknown", id } as const
      assert.deepInclude(yield* Effect.flip(findBulkOperation(one)), unknown)
      assert.deepInclude(yield* Effect.flip(cancelBulkOperation(one)), unknown)
      assert.deepInclude(yield* Effect.flip(resumeBulkOperation(one)), unknown)
      const refused = yield* Effect.flip(listBulkOperations({ batchChangeId: scene.change.id, actorId }))
      assert.strictEqual(refused._tag, "BatchChangeUnknown")
      assert.deepInclude(yield* jobOf(id), { state: "queued" })
    })
  )

  it.effect("shows no failures in repositories that whoever looks may not read, and counts them", () =>
    Effect.gen(function* () {
      const { actorId, ask, batchChangeId } = yield* many(2)
      const id = yield* ask({ type: "close" })
      yield* Database.use(({ run }) =>
        run((db) =>
          db.update(changesetJobs).set({ state: "failed", failureMessage: "it rained", finishedAt: new Date(0) })
        )
      )
      const jobs = yield* jobsOf(id)
      yield* Database.use(({ run }) =>
        run((db) =>
          db.execute(sql`delete from repository_members where user_id = ${actorId} and repository_id =
            (select repository_id from changesets where id = ${jobs[0]!.changesetId})`)
        )
      )
      const [shown] = (yield* listBulkOperations({ batchChangeId, actorId })).operations
      assert.deepStrictEqual(
        shown!.errors.map(({ changesetId, message }) => [changesetId, message]),
        [[jobs[1]!.changesetId, "it rained"]]
      )
      assert.strictEqual(shown!.counts.failed, 2)
    })
  )

  it.effect("is listed with others of its batch change, the newest first, a page at a time", () =>
    Effect.gen(function* () {
      const { actorId, ask, batchChangeId } = yield* many(1)
      const ids = [yield* ask({ type: "sync" }), yield* ask({ type: "close" }), yield* ask({ type: "sync" })]
      const first = yield* listBulkOperations({ batchChangeId, limit: 2, actorId })
      assert.deepStrictEqual(
        first.operations.map(({ id, type }) => [id, type]),
        [
          [ids[2], "sync"],
          [ids[1], "close"]
        ]
      )
      assert.strictEqual(first.next, ids[1])
      const second = yield* listBulkOperations({ batchChangeId, limit: 2, before: first.next!, actorId })
      assert.deepStrictEqual(
        second.operations.map(({ id }) => id),
        [ids[0]]
      )
      assert.isNull(second.next)
      assert.deepInclude(second.operations[0], { state: "processing", progress: 0, total: 1 })
      assert.match(second.operations[0]!.askedBy ?? "", /^member/u)
    })
  )

  it.effect("after another for the same changeset is done after it", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const comment = yield* askFor(scene, { type: "comment", message: "I close this" })
      const close = yield* askFor(scene, { type: "close" })
      const host = yield* holdHost
      yield* working(
        Effect.gen(function* () {
          yield* host.entered
          // the second was taken, and put back
          yield* Effect.repeat(jobOf(close), { until: ({ attempt, state }) => attempt > 0 && state === "queued" })
          yield* host.letGo
          yield* settled
        })
      )
      assert.deepInclude(yield* jobOf(comment), { state: "completed" })
      assert.deepInclude(yield* jobOf(close), { state: "completed", numFailures: 0 })
      assert.deepStrictEqual(yield* happened(scene.one.id), [
        `commented by ${scene.actorId}`,
        `closed by ${scene.actorId}`
      ])
    })
  )
})
