import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { inArray, sql } from "drizzle-orm"
import { Effect, Fiber } from "effect"
import { enqueueChangesets } from "../../../src/batchChanges/changesets/enqueueChangesets.ts"
import { ReconcilerStore } from "../../../src/batchChanges/changesets/ReconcilerStore.ts"
import { changesets } from "../../../src/schema/changesets.ts"
import { execute } from "../../support/plans.ts"
import { untilBlocked } from "../../support/queue.ts"
import { alterChangeset, batchChange, batchForge, changeset, repository, rowOf } from "../support/world.ts"

/** Two batch changes and somebody's imports, with so many changesets each, and an empty queue. */
const queue = Effect.fnUntraced(function* (...counts: ReadonlyArray<number>) {
  yield* execute("truncate changesets cascade")
  const at = yield* repository()
  const importer = yield* batchChange()
  return yield* Effect.forEach(
    counts,
    Effect.fnUntraced(function* (count, index) {
      const owner = index === 2 ? null : yield* batchChange()
      return yield* Effect.forEach(Array.from({ length: count }), () =>
        changeset({
          repositoryId: at.id,
          currentSpecId: null,
          ownerId: owner?.id ?? null,
          associations: [{ batchChangeId: owner?.id ?? importer.id }]
        })
      )
    })
  )
})

const enqueue = (changesetIds: ReadonlyArray<number>) => enqueueChangesets({ changesetIds })

/** Claims so many, in the order in which they come. */
const take = (count: number) => Effect.flatMap(ReconcilerStore, (store) => store.dequeueBatch(count))
const ids = (claims: ReadonlyArray<{ readonly id: number }>) => claims.map(({ id }) => id)
const complete = (claims: Effect.Success<ReturnType<typeof take>>) =>
  Effect.flatMap(ReconcilerStore, (store) => Effect.forEach(claims, (claim) => store.markComplete(claim)))

layer(batchForge(), { excludeTestServices: true })("enqueued changesets", (it) => {
  it.effect("of several batch changes take turns", () =>
    Effect.gen(function* () {
      const [a, b, c] = yield* queue(4, 2, 3)
      yield* enqueue(a!)
      yield* enqueue(b!)
      yield* enqueue(c!)

      assert.deepStrictEqual(ids(yield* take(9)), [a![0], b![0], c![0], a![1], b![1], c![1], a![2], c![2], a![3]])
    })
  )

  it.effect("come next after a batch change that has been busy for long, and not after all that it still wants", () =>
    Effect.gen(function* () {
      const [a, b] = yield* queue(30, 2)
      yield* enqueue(a!)
      yield* complete(yield* take(20))
      const running = yield* take(2)

      yield* enqueue(b!)

      assert.deepStrictEqual(ids(running), a!.slice(20, 22))
      assert.deepStrictEqual(ids(yield* take(4)), [a![22], b![0], a![23], b![1]])
    })
  )

  it.effect("are not overtaken by what comes later, when nothing is worked on", () =>
    Effect.gen(function* () {
      const [a, b] = yield* queue(30, 30)
      yield* enqueue(a!)
      yield* complete(yield* take(20))

      yield* enqueue(b!)

      assert.deepStrictEqual(ids(yield* take(4)), [a![20], b![0], a![21], b![1]])
    })
  )

  it.effect("are not overtaken either while one that failed long ago rests", () =>
    Effect.gen(function* () {
      const [a, b] = yield* queue(30, 30)
      yield* enqueue(a!)
      const store = yield* ReconcilerStore
      const [first, ...others] = yield* take(20)
      yield* store.markErrored(first!, "no", { after: "1 hour" })
      yield* complete(others)

      yield* enqueue(b!)

      assert.deepStrictEqual(ids(yield* take(4)), [a![20], b![0], a![21], b![1]])
    })
  )

  it.effect("rest no more when they are asked for again, their failures forgotten and the last one told", () =>
    Effect.gen(function* () {
      const [[id]] = (yield* queue(1)) as [[number]]
      yield* enqueue([id])
      const store = yield* ReconcilerStore
      const [claim] = yield* take(1)
      yield* store.markErrored(claim!, "no", { after: "1 hour" })
      assert.deepStrictEqual(yield* take(1), [])

      yield* enqueue([id])
      yield* enqueue([id])

      assert.deepInclude(yield* rowOf(id), {
        reconcilerState: "queued",
        numFailures: 0,
        failureMessage: null,
        previousFailureMessage: "no"
      })
      assert.lengthOf(yield* take(1), 1)
    })
  )

  it.effect("keep their turn, however often they are asked for", () =>
    Effect.gen(function* () {
      const [a, b] = yield* queue(3, 3)
      yield* enqueue(a!)
      yield* enqueue(b!)
      yield* enqueue(a!.toReversed())
      yield* enqueue([a![0]!])

      assert.deepStrictEqual(ids(yield* take(6)), [a![0], b![0], a![1], b![1], a![2], b![2]])
    })
  )

  it.effect("that are worked on are worked on once more, afresh", () =>
    Effect.gen(function* () {
      const [[id]] = (yield* queue(1)) as [[number]]
      yield* enqueue([id])
      const [claim] = yield* take(1)

      yield* enqueue([id])

      assert.deepInclude(yield* rowOf(id), { reconcilerState: "processing", attempt: claim!.attempt, runAgain: true })
      yield* complete([claim!])
      assert.deepInclude(yield* rowOf(id), { reconcilerState: "queued", runAgain: false })
      const [again] = yield* take(1)
      assert.strictEqual(again?.attempt, claim!.attempt + 1)
      yield* complete([again!])
      assert.deepInclude(yield* rowOf(id), { reconcilerState: "completed" })
    })
  )

  it.effect("are queued again though their completion commits while they wait for it", () =>
    Effect.gen(function* () {
      const [[id]] = (yield* queue(1)) as [[number]]
      yield* enqueue([id])
      const [claim] = yield* take(1)
      const store = yield* ReconcilerStore
      const completing = yield* Database.use(({ begin }) => begin)
      yield* completing.use(store.markComplete(claim!))

      const enqueuing = yield* Effect.forkChild(enqueue([id]))
      yield* untilBlocked
      yield* completing.commit
      yield* Fiber.join(enqueuing)

      assert.deepInclude(yield* rowOf(id), { reconcilerState: "queued", runAgain: false })
    })
  )

  it.effect("may be enqueued by many at once, in whichever order", () =>
    Effect.gen(function* () {
      const [a, b] = yield* queue(20, 20)
      const all = [...a!, ...b!]

      const counts = yield* Effect.all(
        [all, all.toReversed(), a!, b!.toReversed(), all].map((some) => enqueue(some)),
        { concurrency: "unbounded" }
      )

      assert.deepStrictEqual(counts, [40, 40, 20, 20, 40])
      assert.deepStrictEqual(
        ids(yield* take(50)).toSorted((x, y) => x - y),
        all
      )
    })
  )

  it.effect("are not taken while they are only scheduled", () =>
    Effect.gen(function* () {
      const [[id]] = (yield* queue(1)) as [[number]]

      yield* enqueueChangesets({ changesetIds: [id], as: "scheduled" })
      assert.deepInclude(yield* rowOf(id), { reconcilerState: "scheduled", computedState: "scheduled" })
      assert.deepStrictEqual(yield* take(1), [])

      yield* enqueue([id])
      assert.deepStrictEqual(ids(yield* take(1)), [id])
    })
  )

  it.effect("that were canceled, failed or are unknown are queued, queued and not counted", () =>
    Effect.gen(function* () {
      const [a] = yield* queue(2)
      yield* alterChangeset(a![0]!, { reconcilerState: "canceled", cancel: true })
      yield* alterChangeset(a![1]!, { reconcilerState: "failed", failureMessage: "no", numResets: 60 })

      assert.strictEqual(yield* enqueue([...a!, 0, 999_999]), 2)
      assert.strictEqual(yield* enqueue([]), 0)

      const rows = yield* Database.use(({ run }) =>
        run((db) =>
          db
            .select()
            .from(changesets)
            .where(inArray(changesets.id, a!))
            .orderBy(sql`${changesets.id}`)
        )
      )
      assert.deepStrictEqual(
        rows.map(({ cancel, numResets, reconcilerState }) => [reconcilerState, cancel, numResets]),
        [
          ["queued", false, 0],
          ["queued", false, 0]
        ]
      )
    })
  )
})
