import { assert, layer } from "@effect/vitest"
import { Effect, Latch } from "effect"
import { DatabaseUnavailable, OutOfBandMigrations } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { createLetters, failedRows, lettersMigration, type LettersOptions, unmigrated } from "./support/letters.ts"
import { forgetAll, migratedDatabase } from "./support/scripted.ts"

let tables = 0

const sideBySide = Effect.fnUntraced(function* (rows: number, options: LettersOptions) {
  yield* forgetAll
  const name = `beside_${tables++}`
  yield* createLetters(name, rows)
  const migration = lettersMigration(name, { concurrency: 3, ...options })
  const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
  yield* runner.refresh
  return { name, tick: runner.tick(1) }
})

layer(migratedDatabase, { excludeTestServices: true })("A migration of rows that are handled side by side", (it) => {
  it.effect("has as many handlers at once as it is told to, and no more", () =>
    Effect.gen(function* () {
      const all = Latch.makeUnsafe()
      const seen: Array<number> = []
      let inside = 0
      const { name, tick } = yield* sideBySide(7, {
        onUp: () =>
          Effect.gen(function* () {
            seen.push(++inside)
            if (inside === 3) yield* all.open
            // the first three wait for one another
            yield* all.await
            inside--
          })
      })
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [])
      assert.strictEqual(Math.max(...seen), 3)
    })
  )

  it.effect("passes by those that fail, and those whose handler asks the database", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* sideBySide(6, {
        onUp: (id) =>
          id === 2 ? Effect.fail(new Error("no")) : id === 5 ? execute(`delete from beside_${tables - 1}`) : Effect.void
      })
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [2, 5])
      const messages = (yield* failedRows).map(({ message }) => String(message))
      assert.strictEqual(messages[0], "no")
      assert.include(messages[1], "a handler asked the database, beside others")
    })
  )

  it.effect("undoes the batch for a failure that may pass, and blames no row", () =>
    Effect.gen(function* () {
      const away = new DatabaseUnavailable({ code: "KMS", retryable: true, reason: "away", cause: undefined })
      let calls = 0
      const { name, tick } = yield* sideBySide(4, {
        onUp: (id) => Effect.suspend(() => (id === 3 && calls++ === 0 ? Effect.fail(away) : Effect.void))
      })
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [1, 2, 3, 4])
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [])
      assert.deepStrictEqual(yield* failedRows, [])
    })
  )
})
