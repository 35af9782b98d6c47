import { assert, layer } from "@effect/vitest"
import { Database } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Deferred, Effect, Fiber } from "effect"
import { HostUnavailable, RateLimited } from "@drover/code-hosts"
import { type BulkOperation, BulkStore } from "../../../src/batchChanges/index.ts"
import { processJob } from "../../../src/batchChanges/bulk/processJob.ts"
import { changesetJobs, users } from "../../../src/index.ts"
import { changesetRow } from "../../support/batchChanges.ts"
import { askFor, bulk, dueNow, happened, jobOf, oneChangeset, perform, type Scene, work } from "../../support/bulk.ts"
import { everything, type Interception, MemoryHost } from "../../support/MemoryHost.ts"

const untouched: Interception = (answer) => answer

/** Begins a job on a worker that dies before it hears of the host's answer; the host has heard of it, or has not. */
const dieTelling = Effect.fnUntraced(function* (operation: string, when: "before" | "after") {
  const memory = yield* MemoryHost
  const store = yield* BulkStore
  const there = yield* Deferred.make<void>()
  const stuck = Effect.andThen(Deferred.succeed(there, undefined), Effect.never)
  memory.intercept((answer, asked) =>
    asked.operation !== operation ? answer : when === "before" ? stuck : Effect.andThen(answer, stuck)
  )
  const [claim] = yield* store.dequeueBatch(1)
  const dying = yield* Effect.forkChild(processJob(claim!))
  yield* Deferred.await(there)
  yield* Fiber.interrupt(dying)
  memory.intercept(untouched)
  yield* bury(claim!.id)
})

/** The heartbeats have stopped, and the resetter sees it. */
const bury = Effect.fnUntraced(function* (id: number) {
  const store = yield* BulkStore
  yield* Database.use(({ run }) =>
    run((db) =>
      db
        .update(changesetJobs)
        .set({ lastHeartbeatAt: sql`statement_timestamp() - interval '1 hour'` })
        .where(eq(changesetJobs.id, id))
    )
  )
  const { reset } = yield* store.resetStalled
  assert.isTrue(reset.has(id))
})

const execute = (statement: string) => Database.use(({ run }) => run((db) => db.execute(statement)))

/** What was seen of changesets cannot be saved, for as long as the effect takes. */
const unrecordable = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.andThen(
      execute(`create function refuse_seen() returns trigger language plpgsql as
        $$ begin raise exception 'the disk is full' using errcode = 'disk_full'; end $$`),
      execute(`create trigger refuse_seen before insert on changeset_events execute function refuse_seen()`)
    ),
    () => effect,
    () => Effect.andThen(execute("drop trigger refuse_seen on changeset_events"), execute("drop function refuse_seen"))
  )

/** How each that tells the host something tells it, and what is to be there in the end. */
const telling = [
  [{ type: "merge", method: "merge" }, "merge", { externalState: "merged" }, "merged"],
  [{ type: "close" }, "close", { externalState: "closed" }, "closed"],
  [{ type: "draft" }, "markDraft", { externalState: "draft", uiPublication: "draft" }, "draft"],
  [{ type: "label", add: ["reviewed"] }, "label", { labels: ["reviewed"] }, undefined],
  [{ type: "comment", message: "Hello" }, "comment", { externalState: "open" }, "commented"]
] as ReadonlyArray<readonly [BulkOperation, string, Readonly<Record<string, unknown>>, string | undefined]>

const commentsOn = ({ one }: Scene) =>
  Effect.map(MemoryHost, ({ comments }) => comments.filter(({ on }) => on === one.what).map(({ body }) => body))

layer(bulk(), { excludeTestServices: true })("A bulk job whose worker died", (it) => {
  for (const [operation, asked, end, event] of telling) {
    for (const when of ["before", "after"] as const) {
      it.effect(`${when} the host heard of its ${operation.type} is done once`, () =>
        Effect.gen(function* () {
          const scene = yield* oneChangeset()
          const id = yield* askFor(scene, operation)
          yield* dieTelling(asked, when)
          assert.deepInclude(yield* jobOf(id), { state: "queued", toldHostAt: null })
          assert.isNotNull((yield* jobOf(id)).tellingHostAt)
          yield* work
          assert.deepInclude(yield* jobOf(id), { state: "completed", attempt: 2, numResets: 1 })
          assert.deepInclude(yield* changesetRow(scene.one.id), end)
          assert.deepStrictEqual(
            yield* happened(scene.one.id),
            event === undefined ? [] : [`${event} by ${scene.actorId}`]
          )
          assert.lengthOf(yield* commentsOn(scene), operation.type === "comment" ? 1 : 0)
        })
      )
    }

    it.effect(`after the host answered its ${operation.type}, and before that was recorded, only looks`, () =>
      Effect.gen(function* () {
        const scene = yield* oneChangeset()
        const id = yield* askFor(scene, operation)
        const memory = yield* MemoryHost
        yield* Database.use(({ run }) =>
          run((db) =>
            db
              .update(changesetJobs)
              .set({ tellingHostAt: sql`statement_timestamp()`, toldHostAt: sql`statement_timestamp()` })
              .where(eq(changesetJobs.bulkOperationId, id))
          )
        )
        yield* work
        assert.deepInclude(yield* jobOf(id), { state: "completed" })
        assert.deepStrictEqual(memory.askedOf(scene.one.what), operation.type === "comment" ? [] : ["load"])
      })
    )
  }

  for (const when of ["before", "after"] as const) {
    it.effect(`${when} a host that knows no keys heard of its comment looks for it, and it is there once`, () =>
      Effect.gen(function* () {
        const memory = yield* MemoryHost
        memory.can({ idempotentComments: false })
        const scene = yield* oneChangeset()
        const id = yield* askFor(scene, { type: "comment", message: "Hello" })
        yield* dieTelling("comment", when)
        yield* work
        const mark = `<!-- drover: bulk-${id}-${scene.one.id} -->`
        assert.deepStrictEqual(yield* commentsOn(scene), [`Hello\n\n${mark}`])
        assert.deepStrictEqual(
          memory.askedOf(scene.one.what),
          when === "before" ? ["comment", "hasComment", "comment"] : ["comment", "hasComment"]
        )
        assert.deepInclude(yield* jobOf(id), { state: "completed" })
        memory.can(everything)
      })
    )
  }
})

layer(bulk(), { excludeTestServices: true })("A bulk job", (it) => {
  it.effect("whose outcome cannot be recorded is tried again, and tells the host nothing twice", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      const job = yield* unrecordable(perform(scene, { type: "close" }))
      assert.deepInclude(job, { state: "errored" })
      assert.match(job.failureMessage ?? "", /disk is full/u)
      assert.isNotNull(job.toldHostAt)
      // somebody opens it meanwhile: it is not closed again
      memory.alter(scene.one.repository, scene.one.externalId, { state: "open" })
      yield* dueNow
      yield* work
      assert.deepInclude(yield* jobOf(job.bulkOperationId), { state: "completed", attempt: 2 })
      assert.deepStrictEqual(memory.askedOf(scene.one.what), ["close", "load"])
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "open" })
    })
  )

  it.effect("that the host gives no answer is tried again", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.intercept(() =>
        Effect.fail(new HostUnavailable({ host: "memory", repository: scene.one.repository, explanation: "502" }))
      )
      const { bulkOperationId, ...job } = yield* perform(scene, { type: "close" })
      assert.deepInclude(job, { state: "errored", numFailures: 1, toldHostAt: null })
      assert.match(job.failureMessage ?? "", /502/u)
      memory.intercept(untouched)
      yield* dueNow
      yield* work
      assert.deepInclude(yield* jobOf(bulkOperationId), {
        state: "completed",
        failureMessage: null,
        previousFailureMessage: job.failureMessage
      })
    })
  )

  it.effect("rests as long as the host wants it to", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      const { repository } = scene.one
      memory.intercept(() => Effect.fail(new RateLimited({ host: "memory", repository, retryAfter: 3_600_000 })))
      const job = yield* perform(scene, { type: "close" })
      memory.intercept(untouched)
      assert.deepInclude(job, { state: "errored" })
      assert.strictEqual(job.processAfter.getTime() - job.finishedAt!.getTime(), 3_600_000)
    })
  )

  it.effect("is sent away by Drover's own budget more often than it may fail, and is done in the end", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      const { repository } = scene.one
      const held = new RateLimited({ host: "memory", repository, retryAfter: 3_600_000, held: true })
      memory.intercept(() => Effect.fail(held))
      const bulkOperationId = yield* askFor(scene, { type: "close" })
      for (let time = 0; time < 12; time++) {
        yield* work
        const { failureMessage, numFailures, processAfter, startedAt, state } = yield* jobOf(bulkOperationId)
        assert.deepInclude({ state, numFailures, failureMessage }, { state: "queued", numFailures: 0 })
        assert.isAtLeast(processAfter.getTime() - (startedAt?.getTime() ?? 0), 3_600_000)
        yield* dueNow
      }
      memory.intercept(untouched)
      yield* work

      assert.deepInclude(yield* jobOf(bulkOperationId), { state: "completed" })
    })
  )

  it.effect("for which nobody has a credential fails, and says what to do", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.only((subject) => subject._tag !== "BulkJob" || subject.userId !== scene.actorId)
      const job = yield* perform(scene, { type: "close" })
      memory.only(() => true)
      assert.deepInclude(job, { state: "failed", attempt: 1 })
      assert.match(job.failureMessage ?? "", /does not have a valid credential/u)
    })
  )

  it.effect("of a user who is gone is nobody's: it does not become the operator's", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const id = yield* askFor(scene, { type: "close" })
      yield* Database.use(({ run }) => run((db) => db.delete(users).where(eq(users.id, scene.actorId))))
      yield* work
      assert.deepInclude(yield* jobOf(id), {
        state: "failed",
        failureMessage: "The user who asked for it is gone: resume it as somebody else"
      })
    })
  )

  it.effect("of a user who may not read the repository any more fails, and does not wait for them", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const id = yield* askFor(scene, { type: "close" })
      yield* Database.use(({ run }) =>
        run((db) => db.execute(sql`delete from repository_members where user_id = ${scene.actorId}`))
      )
      yield* work
      const job = yield* jobOf(id)
      assert.deepInclude(job, { state: "failed", attempt: 1 })
      assert.match(job.failureMessage ?? "", /There is no repository/u)
    })
  )
})
