/**
 * A database clock that a test moves by hand.
 */
import { sql } from "drizzle-orm"
import { Context, Duration, Effect, Layer } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"

/** @category services */
export class ManualClock extends Context.Service<
  ManualClock,
  {
    readonly now: Effect.Effect<Date, DatabaseError>
    readonly set: (moment: Date) => Effect.Effect<void, DatabaseError>
    readonly advance: (by: Duration.Input) => Effect.Effect<void, DatabaseError>
  }
>()("@drover/core/testing/ManualClock") {
  /** Starts at a whole second, so that a test may compare times exactly. Stores made inside it read it. */
  static readonly layer: Layer.Layer<ManualClock, DatabaseError, Database> = Layer.effect(
    ManualClock,
    Effect.gen(function* () {
      const { run } = yield* Database
      const execute = (statement: ReturnType<typeof sql>) => run((db) => db.execute(statement))
      yield* execute(sql`create table if not exists drover_manual_clock (at timestamptz not null)`)
      yield* execute(sql`insert into drover_manual_clock values ('2026-01-01T00:00:00Z')`)
      return ManualClock.of({
        now: Effect.map(execute(sql`select at from drover_manual_clock`), ([row]) => new Date(String(row?.["at"]))),
        set: (moment) => Effect.asVoid(execute(sql`update drover_manual_clock set at = ${moment.toISOString()}`)),
        advance: (by) =>
          Effect.asVoid(
            execute(
              sql`update drover_manual_clock set at = at + ${Duration.toMillis(Duration.fromInputUnsafe(by))}::double precision * interval '1 millisecond'`
            )
          )
      })
    })
  )

  /** The expression to make a store with: `Effect.provideService(DatabaseClock, ManualClock.expression)`. */
  static readonly expression = sql`(select at from drover_manual_clock)`

  /** Runs an effect whose stores read the manual clock. */
  static readonly provide = Effect.provideService(DatabaseClock, ManualClock.expression)
}
