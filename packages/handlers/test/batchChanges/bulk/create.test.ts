import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import {
  type BulkOperation,
  BulkStore,
  createBulkOperation,
  type CreateBulkOperation
} from "../../../src/batchChanges/index.ts"
import { bulkOperations, changesetJobs, namespaces, repositories, setRole } from "../../../src/index.ts"
import { batchChange, changeset, person } from "../../support/batchChanges.ts"
import { askFor, bulk, jobOf, jobsOf, oneChangeset, work } from "../../support/bulk.ts"
import { untilBlocked } from "../../support/queue.ts"

const close: BulkOperation = { type: "close" }

const messageOf = (options: CreateBulkOperation) =>
  Effect.map(Effect.flip(createBulkOperation(options)), ({ _tag, message }) => `${_tag}: ${message}`)

const operationsOf = (batchChangeId: number) =>
  Database.use(({ run }) =>
    run((db) => db.select().from(bulkOperations).where(eq(bulkOperations.batchChangeId, batchChangeId)))
  )

/** A batch change with so many changesets that are open. */
const many = Effect.fnUntraced(function* (count: number) {
  const { id, member, namespaceId } = yield* batchChange()
  const all = yield* Effect.forEach(Array.from({ length: count }), () =>
    changeset({ batchChangeId: id, writer: member })
  )
  return { batchChangeId: id, namespaceId, member, all, ids: all.map((one) => one.id) }
})

layer(bulk(), { excludeTestServices: true })("A bulk operation", (it) => {
  it.effect("has a job for each changeset, once, which says all of itself", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids, member } = yield* many(2)
      const made = yield* createBulkOperation({
        batchChangeId,
        changesetIds: [...ids, ...ids],
        operation: { type: "comment", message: "Hello" },
        actorId: member
      })
      assert.deepInclude(made, { jobs: 2, refused: [], created: true })
      const jobs = yield* jobsOf(made.id)
      assert.deepStrictEqual(
        jobs.map(({ changesetId }) => changesetId),
        ids
      )
      assert.deepInclude(jobs[0], {
        state: "queued",
        jobType: "comment",
        payload: { message: "Hello" },
        userId: member,
        byOperator: false,
        batchChangeId
      })
    })
  )

  it.effect("lists what it is not offered for, and is for the rest", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids, member } = yield* many(2)
      const merged = yield* changeset({ batchChangeId, writer: member, columns: { externalState: "merged" } })
      const refused = [{ changesetId: merged.id, why: "is merged" }]
      const made = yield* createBulkOperation({
        batchChangeId,
        changesetIds: [...ids, merged.id],
        operation: close,
        actorId: member
      })
      assert.deepInclude(made, { jobs: 2, refused })
      assert.lengthOf(yield* jobsOf(made.id), 2)
      assert.deepInclude((yield* operationsOf(batchChangeId))[0], { refused })
    })
  )

  it.effect("is none where it is offered for nothing, and says why", () =>
    Effect.gen(function* () {
      const { actorId, change, one } = yield* oneChangeset({ columns: { externalState: "merged" } })
      assert.strictEqual(
        yield* messageOf({ batchChangeId: change.id, changesetIds: [one.id], operation: close, actorId }),
        `NothingToDo: There is no changeset to close: of 1, changeset ${one.id} is merged`
      )
      assert.isEmpty(yield* operationsOf(change.id))
    })
  )

  it.effect("names the changesets that are not of its batch change, or that whoever asks may not read", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids, member } = yield* many(1)
      const hidden = yield* changeset({ batchChangeId })
      const elsewhere = yield* oneChangeset()
      yield* setRole({ repositoryId: elsewhere.one.repositoryId, userId: member, role: "write" })
      const gone = yield* changeset({ batchChangeId, writer: member })
      yield* Database.use(({ run }) =>
        run((db) =>
          db
            .update(repositories)
            .set({ deletedAt: new Date(0) })
            .where(eq(repositories.id, gone.repositoryId))
        )
      )
      const missing = [hidden.id, elsewhere.one.id, gone.id, 987_654]
      assert.strictEqual(
        yield* messageOf({ batchChangeId, changesetIds: [...ids, ...missing], operation: close, actorId: member }),
        `ChangesetsNotFound: some changesets could not be found: ${missing.join(", ")}. Leave them out, or look at the batch change again`
      )
      assert.isEmpty(yield* operationsOf(batchChangeId))
    })
  )

  it.effect("takes an id of 0, or none at all, for a mistake and not for any", () =>
    Effect.gen(function* () {
      const { batchChangeId, member } = yield* many(1)
      for (const changesetIds of [[0], [], [1.5], [-1]]) {
        assert.strictEqual(
          yield* messageOf({ batchChangeId, changesetIds, operation: close, actorId: member }),
          "BulkOperationRejected: The changesets must be at least one, each by its id"
        )
      }
    })
  )

  it.effect("can be for all that match, as far as whoever asks may read", () =>
    Effect.gen(function* () {
      const { all, batchChangeId, ids, member } = yield* many(2)
      yield* changeset({ batchChangeId })
      const shown = yield* changeset({ batchChangeId, visibility: "public" })
      const failing = yield* changeset({ batchChangeId, writer: member, columns: { checkState: "failure" } })
      const idsOf = (matching: NonNullable<CreateBulkOperation["matching"]>) =>
        Effect.gen(function* () {
          const operation: BulkOperation = { type: "sync" }
          const { id } = yield* createBulkOperation({ batchChangeId, matching, operation, actorId: member })
          return (yield* jobsOf(id)).map(({ changesetId }) => changesetId)
        })
      assert.deepStrictEqual(yield* idsOf({}), [...ids, shown.id, failing.id])
      assert.deepStrictEqual(yield* idsOf({ checkStates: ["failure"] }), [failing.id])
      assert.deepStrictEqual(yield* idsOf({ repositoryId: all[1]!.repositoryId, states: ["open"] }), [ids[1]])
      const none = yield* messageOf({
        batchChangeId,
        matching: { archived: true },
        operation: { type: "detach" },
        actorId: member
      })
      assert.strictEqual(none, "NothingToDo: No changeset was chosen to detach")
    })
  )

  for (const [what, who] of [
    ["a stranger", "stranger"],
    ["a member of a namespace that is gone", "member"]
  ] as const) {
    it.effect(`is not for ${what} to ask for`, () =>
      Effect.gen(function* () {
        const { batchChangeId, ids, member, namespaceId } = yield* many(1)
        const stranger = yield* person("stranger")
        if (who === "member") {
          yield* Database.use(({ run }) =>
            run((db) =>
              db
                .update(namespaces)
                .set({ deletedAt: new Date(0) })
                .where(eq(namespaces.id, namespaceId))
            )
          )
        }
        const actorId = who === "member" ? member : stranger.id
        assert.strictEqual(
          yield* messageOf({ batchChangeId, changesetIds: ids, operation: close, actorId }),
          `BatchChangeUnknown: There is no batch change ${batchChangeId} that you may use`
        )
      })
    )
  }

  it.effect("can be asked for by the operator, and then acts as Drover itself", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* many(1)
      const { id } = yield* createBulkOperation({ batchChangeId, changesetIds: ids, operation: close })
      assert.deepInclude(yield* jobOf(id), { userId: null, byOperator: true })
      yield* work
      assert.deepInclude(yield* jobOf(id), { state: "completed" })
    })
  )

  it.effect("is one for one idempotency key, and answers as it did the first time", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids, member } = yield* many(2)
      const merged = yield* changeset({ batchChangeId, writer: member, columns: { externalState: "merged" } })
      const asked = {
        batchChangeId,
        changesetIds: [...ids, merged.id],
        operation: close,
        idempotencyKey: "once",
        actorId: member
      }
      const first = yield* createBulkOperation(asked)
      assert.deepStrictEqual(yield* createBulkOperation(asked), { ...first, created: false })
      assert.lengthOf(yield* operationsOf(batchChangeId), 1)
      assert.strictEqual(
        yield* messageOf({ ...asked, operation: { type: "sync" } }),
        "BulkOperationRejected: The idempotency key was used for another operation: give each its own"
      )
    })
  )

  it.effect("is one for one idempotency key, though two ask at once", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids, member } = yield* many(1)
      const { begin } = yield* Database
      const ask = createBulkOperation({
        batchChangeId,
        changesetIds: ids,
        operation: close,
        idempotencyKey: "at once",
        actorId: member
      })
      const open = yield* begin
      const first = yield* open.use(ask)
      const other = yield* Effect.forkChild(ask)
      yield* untilBlocked
      yield* open.commit
      assert.deepStrictEqual(yield* Fiber.join(other), { ...first, created: false })
      assert.lengthOf(yield* jobsOf(first.id), 1)
    })
  )

  for (const [what, operation, rule] of [
    ["a comment that says nothing", { type: "comment", message: " " }, /message/u],
    ["a comment that is too long", { type: "comment", message: "x".repeat(65_001) }, /65000/u],
    ["a comment with a NUL", { type: "comment", message: "a\0b" }, /NUL/u],
    ["no label", { type: "label", add: [] }, /at least one label/u],
    ["a merge of no known kind", { type: "merge", method: "octopus" }, /squash/u],
    ["nothing that there is", { type: "levitate" }, /levitate|type/u]
  ] as const) {
    it.effect(`cannot be ${what}`, () =>
      Effect.gen(function* () {
        const { batchChangeId, ids, member } = yield* many(1)
        const wrong = operation as unknown as BulkOperation
        const message = yield* messageOf({ batchChangeId, changesetIds: ids, operation: wrong, actorId: member })
        assert.match(message, /^BulkOperationRejected: The operation cannot be this/u)
        assert.match(message, rule)
      })
    )
  }

  it.effect("of many changesets keeps another batch change waiting for one of them alone", () =>
    Effect.gen(function* () {
      const store = yield* BulkStore
      yield* Database.use(({ run }) => run((db) => db.delete(changesetJobs)))
      const large = yield* many(4)
      const small = yield* oneChangeset()
      const ask = (operation: BulkOperation) =>
        createBulkOperation({
          batchChangeId: large.batchChangeId,
          changesetIds: large.ids,
          operation,
          actorId: large.member
        })
      yield* ask({ type: "comment", message: "We close these" })
      yield* ask(close)
      yield* askFor(small, close)
      const [first, ...others] = large.ids.map((id) => `comment ${id}`)
      const inOrder = Effect.map(store.dequeueBatch(3), (claims) =>
        claims.map(({ record }) => `${record.jobType} ${record.changesetId}`)
      )
      assert.deepStrictEqual(yield* inOrder, [first, `close ${small.one.id}`, others[0]])
      // whoever comes later starts where the others are
      const late = yield* oneChangeset()
      yield* askFor(late, close)
      assert.deepStrictEqual(yield* inOrder, [others[1], `close ${late.one.id}`, others[2]])
      // and what was asked for first is done first
      assert.deepStrictEqual(
        yield* inOrder,
        large.ids.slice(0, 3).map((id) => `close ${id}`)
      )
    })
  )
})
