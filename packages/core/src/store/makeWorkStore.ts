/**
 * A store of a work table: checks the options, prepares the statements.
 */
import { Effect } from "effect"
import type { SQL } from "drizzle-orm"
import type { AnyPgColumn, PgTable, PgView } from "drizzle-orm/pg-core"
import { Database } from "../database/Database.ts"
import { delayAfter, type RetryPolicy, standard, validate } from "../retry/RetryPolicy.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { checked } from "../options/checks.ts"
import { makeDequeues } from "./dequeues.ts"
import { makeInstrument } from "./instrument.ts"
import { type ContextOptions, makeContext } from "./makeContext.ts"
import { makeBatches } from "./operations/batches.ts"
import { makeCounts } from "./operations/counts.ts"
import { makeEnqueues } from "./operations/enqueues.ts"
import { makeExecutionLogs } from "./operations/executionLogs.ts"
import { makeLeases } from "./operations/leases.ts"
import { makeMarks } from "./operations/marks.ts"
import { makeRequeues } from "./operations/requeues.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import {
  checkLimits,
  type IdOf,
  type Limits,
  type NameOf,
  type RecordOf,
  type SourceOf,
  type StoreOptions
} from "./StoreOptions.ts"
import type { Key } from "../table/Key.ts"
import type { StoreParts } from "./StoreParts.ts"
import type { WorkStore } from "./WorkStore.ts"

/**
 * Makes a store over `table`.
 *
 * Fails with `InvalidOptions` when an option cannot work; its message names the option and the rule.
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <
  T extends PgTable,
  V extends PgView = never,
  Fields extends Record<string, AnyPgColumn | SQL.Aliased> = never,
  IdColumn extends AnyPgColumn = never
>(
  options: StoreOptions<T, V, Fields> & { readonly columns?: { readonly id?: IdColumn | undefined } | undefined }
): Effect.fn.Return<
  WorkStore<RecordOf<SourceOf<T, V>, Fields>, IdOf<T, IdColumn>, NameOf<SourceOf<T, V>>, T["$inferInsert"]>,
  InvalidOptions,
  Database
> {
  const database = yield* Database
  const clock = yield* DatabaseClock
  const { limits, retry } = yield* checked(() => ({
    limits: checkLimits(options),
    retry: validate(options.name, options.retry ?? standard)
  }))
  const firstDelay = yield* delayAfter(retry, 1)
  const context = yield* checked(() =>
    makeContext(options as ContextOptions, database.db, clock, retry.attempts, firstDelay)
  )
  return build({ context, database, ...makeInstrument(options.name) }, limits, retry) as never
})

const build = <Id extends Key>(parts: StoreParts, limits: Limits, retry: RetryPolicy): WorkStore<unknown, Id> => {
  const { context, database, tracked } = parts
  const logs = makeExecutionLogs<Id>(parts)
  const marks = makeMarks<Id>(parts, retry)
  const dequeues = makeDequeues<unknown, Id>(
    context,
    database,
    { name: context.name, database, markComplete: marks.markComplete, ...logs },
    marks.markFailed
  )
  return {
    name: context.name,
    retry,
    stalledMaxAge: limits.stalledMaxAge,
    ...makeEnqueues<Id>(parts),
    ...makeCounts<Id>(parts),
    dequeue: tracked("dequeue", dequeues.dequeue),
    dequeueBatch: tracked("dequeue", dequeues.dequeueBatch),
    lockClaim: tracked("lockClaim", dequeues.lockClaim),
    ...makeBatches<Id>(parts),
    dequeueLocked: tracked("dequeueLocked", dequeues.dequeueLocked),
    dequeueIndependent: tracked("dequeueLocked", dequeues.dequeueIndependent),
    ...makeRequeues<Id>(parts),
    ...logs,
    ...makeLeases<Id>(parts, limits),
    ...marks,
    transact: database.transaction
  }
}
