/**
 * Who waits for whom, as the server sees it.
 */
import { Effect } from "effect"
import { Database } from "../../../src/index.ts"
import { execute } from "../../support/createTable.ts"

/** Waits until this many statements of the database wait for a lock. */
export const untilBlocked = (count: number) =>
  execute(
    `select 1 from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' having count(*) >= ${count}`
  ).pipe(Effect.repeat({ until: (rows) => rows.length > 0 }))

/** Opens a transaction, runs `effect` in it, and gives it: the test commits or rolls back. */
export const producer = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const open = yield* Database.use(({ begin }) => begin)
  const answer = yield* open.use(effect)
  return { ...open, answer }
})
