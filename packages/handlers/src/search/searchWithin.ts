/**
 * Gives a search its limit of time, and one moment that all of its statements see.
 */
import { Database, StatementRejected } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { SearchTooSlow } from "./SearchError.ts"

/** Fails with `SearchTooSlow` when one of its statements takes longer. */
export const searchWithin = Effect.fnUntraced(function* <A, E, R>(
  query: string,
  limitMillis: number,
  search: Effect.Effect<A, E, R>
) {
  const { transaction } = yield* Database
  return yield* transaction(within(limitMillis, search), { isolation: "repeatable read" }).pipe(
    Effect.catchIf(
      (error): error is Extract<typeof error, StatementRejected> =>
        error instanceof StatementRejected && error.code === QUERY_CANCELED,
      () => Effect.fail(new SearchTooSlow({ query, limitMillis }))
    )
  )
})

const QUERY_CANCELED = "57014"

/**
 * With a limit of time, and plans made for the words that are searched for: how common they are decides. What was set
 * before is set again, for whoever called this in a transaction of their own.
 */
const within = Effect.fnUntraced(function* <A, E, R>(limitMillis: number, effect: Effect.Effect<A, E, R>) {
  const { run } = yield* Database
  const set = (settings: Settings) =>
    run((db) =>
      db.execute(sql`
        select set_config('statement_timeout', ${settings.timeout}, true),
          set_config('plan_cache_mode', ${settings.plans}, true), set_config('jit', ${settings.jit}, true)`)
    )
  const [before] = yield* run((db) =>
    db.execute<{ [Key in keyof Settings]: string }>(sql`
      select current_setting('statement_timeout') as timeout, current_setting('plan_cache_mode') as plans,
        current_setting('jit') as jit`)
  )
  yield* set({ timeout: `${Math.max(1, Math.round(limitMillis))}ms`, plans: "force_custom_plan", jit: "off" })
  const result = yield* effect
  if (before !== undefined) yield* set(before)
  return result
})

interface Settings {
  readonly timeout: string
  readonly plans: string
  readonly jit: string
}
