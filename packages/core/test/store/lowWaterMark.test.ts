import { assert, describe, it as pure, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { Condition, Database, JobQueue, jobs, Order, WorkStore } from "../../src/index.ts"
import { LowWaterMark } from "../../src/store/LowWaterMark.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { emptied, fixture } from "../jobs/support/queue.ts"
import { execute } from "../support/createTable.ts"
import { ago } from "../support/moments.ts"

const asked = { conditions: [], values: undefined }
const at = (position: number) => ({ position })

/** A mark whose clock stands still between the lines of a test. */
const standing = () => {
  const clock = { now: 0 }
  const mark = new LowWaterMark(() => clock.now)
  /** One claim that takes so long, and comes to this position. */
  const look = (last: number | undefined, millis = 0) => {
    const { from, took } = mark.begin(asked)
    clock.now += millis
    took(last === undefined ? undefined : at(last))
    return from
  }
  return { clock, look, mark }
}

describe("A low-water mark", () => {
  pure("lets a look from the start take a twentieth of the time", () => {
    const { clock, look } = standing()

    assert.isUndefined(look(1, 10))
    clock.now = 199
    assert.deepStrictEqual(look(2), at(1))
    assert.deepStrictEqual(look(undefined), at(2))
    assert.deepStrictEqual(look(3), at(2))
    clock.now = 200
    assert.isUndefined(look(4))
  })

  pure("has a look from the start every minute, however long that takes", () => {
    const { clock, look } = standing()
    look(1, 10_000)
    clock.now = 59_999
    assert.deepStrictEqual(look(2), at(1))
    clock.now = 60_000
    assert.isUndefined(look(3))
  })

  pure("asks for a look within a second of the last from the start, and for none when that has left nothing", () => {
    const { clock, look, mark } = standing()
    assert.strictEqual(mark.lookWithin, Infinity)
    look(1, 10)
    assert.strictEqual(mark.lookWithin, 990)
    clock.now = 100
    look(undefined)
    assert.strictEqual(mark.lookWithin, 900)
    clock.now = 1500
    assert.strictEqual(mark.lookWithin, 0)
    look(undefined)
    assert.strictEqual(mark.lookWithin, Infinity)
  })

  pure("is forgotten, and believes no look that began before", () => {
    const { clock, look, mark } = standing()
    look(1, 10)
    const late = [mark.begin(asked)]
    mark.forget()
    late.push(mark.begin(asked))
    mark.forget()
    clock.now = 20
    for (const { took } of late) took(at(2))

    assert.isUndefined(look(3))
  })

  pure("believes a look from the start before those that began at the older mark", () => {
    const { clock, look, mark } = standing()
    look(5, 10)
    clock.now = 200
    const fromStart = mark.begin(asked)
    const late = mark.begin(asked)
    clock.now = 210
    fromStart.took(at(1))
    late.took(at(9))

    assert.deepStrictEqual(look(undefined), at(1))
  })

  pure("has one look from the start under way, while there is a mark", () => {
    const { clock, look, mark } = standing()
    look(1, 10)
    clock.now = 10_000
    assert.isUndefined(mark.begin(asked).from)
    clock.now = 20_000
    assert.deepStrictEqual(mark.begin(asked).from, at(1))
  })

  pure("is of one question only", () => {
    const conditions: ReadonlyArray<unknown> = []
    const ask = (values: Record<string, unknown>) => ({ conditions, values })
    const { clock, mark } = standing()
    const kinds = { kinds: ["a", "b"], n: 1 }
    const first = mark.begin(ask(kinds))
    clock.now = 10
    first.took(at(1))
    assert.deepStrictEqual(mark.begin(ask({ kinds: ["a", "b"], n: 1 })).from, at(1))
    for (const values of [{ kinds: ["a", "c"], n: 1 }, { kinds: ["a"], n: 1 }, { kinds: ["a"], n: 2 }, {}]) {
      const look = mark.begin(ask(values))
      assert.isUndefined(look.from)
      clock.now += 10
      look.took(at(1))
    }
    assert.isUndefined(mark.begin({ conditions: [], values: {} }).from)
  })
})

/** Looks from the start as soon as it must: twenty claims later. */
const ticking = () => {
  let now = 0
  return new LowWaterMark(() => (now += 1000))
}

/** By other means: nobody is told. `when` is relative to the clock, as an interval. */
const insert = (id: number, when: string, priority = 0, kind = "any") =>
  execute(
    `insert into jobs (id, kind, priority, process_after)
     select ${id}, '${kind}', ${priority}, at + interval '${when}' from drover_manual_clock`
  )

/** Claims so many; gives the ids. */
const take = (
  limit: number,
  lowWaterMark: LowWaterMark,
  options: Omit<WorkStore.DequeueOptions<"jobs">, "workerHostname"> = {}
) =>
  JobQueue.use(({ store }) =>
    Effect.map(store.dequeueBatch(limit, { ...options, lowWaterMark }), (claims) => claims.map(({ id }) => id))
  )

layer(fixture(), { excludeTestServices: true })("Claims that start at the mark", (it) => {
  it.effect("go on where the last one ended, to the microsecond", () =>
    Effect.gen(function* () {
      yield* emptied
      const mark = ticking()
      for (const [id, micros] of [4, 3, 2, 1, 0].entries()) yield* insert(id + 1, `-1 hour ${micros} microseconds`)
      yield* insert(6, "-2 hours", 1)

      assert.deepStrictEqual(yield* take(2, mark), [5, 4])
      assert.deepStrictEqual(yield* take(2, mark), [3, 2])
      assert.deepStrictEqual(yield* take(2, mark), [1, 6])
      assert.deepStrictEqual(yield* take(2, mark), [])
    })
  )

  it.effect("pass over a late commit in front, until the mark is forgotten or it is time", () =>
    Effect.gen(function* () {
      yield* emptied
      const [told, waits] = [ticking(), ticking()]
      yield* Effect.forEach([11, 12, 13], (id) => insert(id, "-1 minute"))
      const late = yield* Database.use(({ begin }) => begin)
      yield* late.use(Effect.forEach([1, 2], (id) => insert(id, "-2 minutes")))
      assert.deepStrictEqual(yield* take(1, told), [11])
      assert.deepStrictEqual(yield* take(1, waits), [12])
      yield* late.commit

      assert.deepStrictEqual(yield* take(2, told), [13])
      told.forget()
      assert.deepStrictEqual(yield* take(1, told), [1])
      const looks = Array.from({ length: 21 }, () => take(1, waits))
      assert.deepStrictEqual((yield* Effect.all(looks)).flat(), [2])
    })
  )

  it.effect("find what is recent by the clock of the last claim, however long ago that was", () =>
    Effect.gen(function* () {
      yield* emptied
      const clock = yield* ManualClock
      const mark = ticking()
      yield* insert(1, "-1 millisecond")
      assert.deepStrictEqual(yield* take(1, mark), [1])
      yield* insert(2, "-250 milliseconds")
      yield* insert(3, "-251 milliseconds")
      yield* insert(4, "-250 milliseconds", -1)
      yield* insert(5, "-251 milliseconds", -1)
      yield* clock.advance("1 hour")

      assert.deepStrictEqual(yield* take(9, mark), [4, 2])
    })
  )

  it.effect("take better priorities first, and do not leave them behind", () =>
    Effect.gen(function* () {
      yield* emptied
      const clock = yield* ManualClock
      const mark = ticking()
      yield* Effect.forEach([1, 2, 3, 4], (id) => insert(id, "-1 minute", 5))
      assert.deepStrictEqual(yield* take(1, mark), [1])
      yield* Effect.forEach([11, 12, 13], (id) => insert(id, "0", -1))
      yield* insert(14, "0", -2)
      yield* insert(15, "1 second", -3)

      assert.deepStrictEqual(yield* take(2, mark), [14, 11])
      yield* clock.advance("1 hour")
      assert.deepStrictEqual(yield* take(4, mark), [15, 12, 13, 2])
      assert.deepStrictEqual(yield* take(4, mark), [3, 4])
    })
  )

  it.effect("are for the same conditions and values only", () =>
    Effect.gen(function* () {
      yield* emptied
      const mark = ticking()
      const conditions = [Condition.eq(jobs.kind, sql.placeholder("kind"))]
      const of = (kind: string) => take(1, mark, { conditions, values: { kind } })
      yield* insert(1, "-3 minutes", 0, "a")
      yield* insert(2, "-2 minutes", 0, "b")
      yield* insert(3, "-1 minute", 0, "a")

      assert.deepStrictEqual(yield* of("b"), [2])
      assert.deepStrictEqual(yield* of("a"), [1])
      assert.deepStrictEqual(yield* of("a"), [3])
      assert.deepStrictEqual(yield* of("a"), [])
      yield* insert(4, "-4 minutes", 0, "a")
      assert.deepStrictEqual(yield* of("a"), [])
      assert.deepStrictEqual(yield* take(1, mark), [4])
    })
  )

  it.effect("start from the start after one of which nobody knows what it took", () =>
    Effect.gen(function* () {
      yield* emptied
      const mark = ticking()
      yield* execute("create table divisor as select 1 as n")
      const conditions = [Condition.raw(jobs, sql`${jobs.id} / (select n from divisor) > 0`)]
      yield* insert(2, "-1 minute")
      assert.deepStrictEqual(yield* take(1, mark, { conditions }), [2])
      yield* insert(1, "-2 minutes")
      yield* insert(3, "0")
      yield* execute("update divisor set n = 0")
      yield* Effect.flip(take(1, mark, { conditions }))
      yield* execute("update divisor set n = 1")

      assert.deepStrictEqual(yield* take(2, mark, { conditions }), [1, 3])
    })
  )

  it.effect("are for those who ask for them: without a mark, a dequeue finds all", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* insert(2, "-1 minute")
      assert.deepStrictEqual(yield* take(1, ticking()), [2])
      yield* store.enqueue({ id: 1, kind: "any", processAfter: ago("1 hour") })

      assert.deepStrictEqual(
        (yield* store.dequeueBatch(9)).map(({ id }) => id),
        [1]
      )
    })
  )

  it.effect("are not for an order that says nothing of time", () =>
    Effect.gen(function* () {
      yield* emptied
      const byId = yield* WorkStore.make({
        name: "by id",
        table: jobs,
        orderBy: [Order.asc(jobs.id)]
      }).pipe(ManualClock.provide)
      const mark = ticking()
      const next = Effect.map(byId.dequeueBatch(1, { lowWaterMark: mark }), (claims) => claims.map(({ id }) => id))
      yield* insert(2, "-1 minute")
      assert.deepStrictEqual(yield* next, [2])
      yield* insert(1, "-2 minutes")

      assert.deepStrictEqual(yield* next, [1])
    })
  )
})
