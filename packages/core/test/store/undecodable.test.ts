import { assert, layer } from "@effect/vitest"
import { customType, pgTable, pgView, text } from "drizzle-orm/pg-core"
import { Effect, Layer, Option } from "effect"
import { RetryPolicy, workColumns, WorkStore } from "../../src/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"

/** Text that must be a number from the code's point of view, and not from the database's. */
const size = customType<{ data: number; driverData: string }>({
  dataType: () => "text",
  toDriver: String,
  fromDriver: (value) => {
    const parsed = Number(value)
    if (Number.isNaN(parsed)) throw new Error(`"${value}" is no size`)
    return parsed
  }
})

const parcels = pgTable("parcels", { ...workColumns(), size: size("size").notNull(), note: text("note") })
const parcelsView = pgView("parcels_view").as((query) => query.select().from(parcels))

const fixture = Layer.effectDiscard(
  Effect.andThen(createTable(parcels), execute("create view parcels_view as select * from parcels"))
).pipe(Layer.provideMerge(testDatabase()))

const insert = (...sizes: ReadonlyArray<string>) =>
  Effect.andThen(
    execute("truncate parcels restart identity"),
    execute(`insert into parcels (size) values ${sizes.map((each) => `('${each}')`).join(", ")}`)
  )
const ends = execute("select id::int, state, failure_message, num_failures from parcels order by id")

const ofTable = WorkStore.make({ name: "parcels", table: parcels, retry: RetryPolicy.fixed(5, "1 second") })
const ofView = WorkStore.make({ name: "parcels", table: parcels, view: parcelsView })

layer(fixture, { excludeTestServices: true })("a record that cannot be decoded", (it) => {
  for (const [name, make] of [
    ["a table", ofTable],
    ["a view", ofView]
  ] as const) {
    it.effect(`fails with the reason, and the next one is taken, through ${name}`, () =>
      Effect.gen(function* () {
        yield* insert("huge", "tiny", "3")
        const store = yield* make

        const claim = Option.getOrThrow(yield* store.dequeue())

        assert.strictEqual(claim.record.size, 3)
        const reason = (value: string) => ({
          state: "failed",
          failure_message: `\`size\` cannot be decoded: "${value}" is no size`,
          num_failures: 1
        })
        assert.deepStrictEqual(yield* ends, [
          { id: 1, ...reason("huge") },
          { id: 2, ...reason("tiny") },
          { id: 3, state: "processing", failure_message: null, num_failures: 0 }
        ])
      })
    )
  }

  it.effect("leaves its place in a batch to the next one", () =>
    Effect.gen(function* () {
      yield* insert("1", "huge", "3", "tiny", "5", "6")
      const store = yield* ofTable

      const claims = yield* store.dequeueBatch(4)

      assert.deepStrictEqual(
        claims.map(({ record }) => record.size),
        [1, 3, 5, 6]
      )
    })
  )

  it.effect("does not wedge a queue that holds nothing else", () =>
    Effect.gen(function* () {
      yield* insert("huge", "tiny")
      const store = yield* ofTable

      assert.isTrue(Option.isNone(yield* store.dequeue()))
      assert.isTrue(Option.isNone(yield* Effect.scoped(store.dequeueLocked())))
      assert.strictEqual(yield* store.queuedCount(), 0)
    })
  )

  it.effect("is not read at all by a store that does not ask for the field", () =>
    Effect.gen(function* () {
      yield* insert("huge")
      const store = yield* WorkStore.make({ name: "parcels", table: parcels, record: { id: parcels.id } })

      assert.deepStrictEqual(Option.getOrThrow(yield* store.dequeue()).record, { id: 1 })
    })
  )
})
