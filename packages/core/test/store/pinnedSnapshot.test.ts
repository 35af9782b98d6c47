import { assert, layer } from "@effect/vitest"
import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { Context, Duration, Effect, Layer } from "effect"
import { Database, DatabaseClock, Order, workColumns, workIndexes } from "../../src/index.ts"
import { claimReader } from "../../src/store/claimReader.ts"
import { makeContext } from "../../src/store/makeContext.ts"
import { timedOrder } from "../../src/store/position.ts"
import { dequeue } from "../../src/store/statements/dequeue.ts"
import { dequeueFromMark } from "../../src/store/statements/dequeueFromMark.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { planOf } from "../support/plans.ts"

const columns = () => ({ ...workColumns(), rank: integer("rank").notNull(), kind: text("kind").notNull() })
const inTime = pgTable("in_time", columns(), (table) => workIndexes("in_time", table))
const ranked = pgTable("ranked", columns(), (table) =>
  workIndexes("ranked", table, [table.rank, table.processAfter, table.id, table.kind])
)

const stores = {
  in_time: { name: "in_time", table: inTime },
  ranked: {
    name: "ranked",
    table: ranked,
    orderBy: [Order.asc(ranked.rank), Order.asc(ranked.processAfter), Order.asc(ranked.id)]
  }
} as const
type Name = keyof typeof stores
const names = Object.keys(stores) as ReadonlyArray<Name>

/** What a claim of the hundred records after those that were finished takes its position from. */
class Claimed extends Context.Service<Claimed, { readonly [N in Name]: Readonly<Record<string, unknown>> }>()(
  "Claimed"
) {}

const contextOf = Effect.fnUntraced(function* (name: Name) {
  const { db } = yield* Database
  return makeContext(stores[name], db, yield* DatabaseClock, 5, Duration.seconds(1))
})

/** A moment for each place in the order; no two records that follow each other are neighbours in the table. */
const due = (place: string) => `timestamptz '2020-01-01' + ${place} * interval '1 microsecond'`

const fill = (name: Name) =>
  Effect.all([
    createTable(stores[name].table),
    execute(`alter table ${name} set (autovacuum_enabled = false)`),
    execute(`analyze ${name}`),
    execute(
      `insert into ${name} (rank, kind, process_after)
       select place / 15000, 'x', ${due("place")} from generate_series(1, 30000) n, lateral (select n * 7919 % 30000) p(place)`
    )
  ])

/** A snapshot is held open, and two thirds of 30,000 records are claimed and finished since. */
const fixture = (analyze: string) =>
  Layer.effect(
    Claimed,
    Effect.gen(function* () {
      yield* Effect.forEach(names, fill)
      const pin = yield* Database.use(({ begin }) => begin)
      yield* pin.use(
        Effect.andThen(execute("set transaction isolation level repeatable read"), execute("select 1 from in_time"))
      )
      const claimed = {} as Record<Name, Readonly<Record<string, unknown>>>
      for (const name of names) {
        const first = `where process_after < ${due("20000")}`
        yield* execute(`update ${name} set state = 'processing', attempt = 1 ${first}`)
        yield* execute(`update ${name} set state = 'completed', finished_at = now() ${first}`)
        const context = yield* contextOf(name)
        const reader = claimReader(context, context.selection)
        const { prepareRaw, run } = yield* Database
        const rows = yield* run(() =>
          prepareRaw(dequeue(context, [], reader)).execute({ limit: 100, workerHostname: "" })
        )
        claimed[name] = reader.last(rows)!
      }
      yield* execute(analyze)
      return claimed
    })
  ).pipe(Layer.provideMerge(ManualClock.layer), Layer.provideMerge(testDatabase()))

const suite = (statistics: string, analyze: string) =>
  layer(fixture(analyze), { excludeTestServices: true, timeout: "60 seconds" })(`with ${statistics}`, (it) => {
    for (const name of names) {
      for (const limit of [1, 500]) {
        for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
          it.effect(`a claim of ${limit} from the mark walks over nothing, ${name}, ${mode}`, () =>
            Effect.gen(function* () {
              const context = yield* contextOf(name)
              const values = { limit, workerHostname: "" }
              const position = (yield* Claimed)[name]
              const marked = dequeueFromMark(context, timedOrder(context)!, [])

              const fromStart = yield* planOf(dequeue(context, []), { mode, values })
              const fromMark = yield* planOf(marked, { mode, values: { ...values, ...position } })

              assert.deepStrictEqual([...new Set(fromMark.indexes)], [`${name}_ready_idx`])
              for (const node of ["Seq Scan", "Sort", "Incremental Sort"]) assert.notInclude(fromMark.nodes, node)
              assert.isAbove(fromStart.buffers, 20_000)
              assert.isBelow(fromMark.buffers, 40 + 30 * limit)
            })
          )
        }
      }
    }
  })

suite("the statistics of the empty table", "select 1")
suite("fresh statistics", "analyze")
