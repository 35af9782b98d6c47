/**
 * What the three marks share: which state an attempt ends in, and what else changes with it.
 *
 * A record that finishes with its `run_again` flag up does not finish: it goes
 * back to the queue as a fresh one, in the statement that would have finished it.
 */
import { and, type SQL, sql } from "drizzle-orm"
import { isCurrent } from "../Fence.ts"
import { assign, state, stateOf, type StoreContext } from "../StoreContext.ts"
import { wakeIfDue } from "../wake.ts"

export interface Ending {
  /** The state to end in, as an expression. */
  readonly state: SQL
  /** Whether that state is final. Only then does `run_again` count. */
  readonly final: SQL
  readonly numFailures?: SQL
  readonly failureMessage?: SQL
  readonly processAfter?: SQL
}

/** Served by the primary key. */
export const finish = (context: StoreContext, ending: Ending, only?: SQL) =>
  context.db
    .update(context.table)
    .set(finished(context, ending))
    .where(and(isCurrent(context), only))
    .returning({ state: context.columns.state, ...wakeIfAgain(context) })

/** For rows that an ending returns: wakes a worker for those that run once more. */
export const wakeIfAgain = (context: StoreContext) =>
  context.columns.runAgain === undefined ? {} : { wake: wakeIfDue(context) }

/** What an ending writes. */
export const finished = (context: StoreContext, ending: Ending): Record<string, SQL> => {
  const { clock, columns } = context
  const again = columns.runAgain === undefined ? undefined : sql`${columns.runAgain} and ${ending.final}`
  const unlessAgain = (fresh: SQL, value: SQL): SQL =>
    again === undefined ? value : sql`case when ${again} then ${fresh} else ${value} end`
  return assign(context, {
    state: stateOf(context, unlessAgain(state("queued"), ending.state)),
    finishedAt: unlessAgain(sql`null`, clock),
    failureMessage: ending.failureMessage,
    numFailures: keepOr(columns.numFailures, ending.numFailures, again, unlessAgain),
    processAfter: keepOr(columns.processAfter, ending.processAfter, again, unlessAgain, clock),
    ...(again === undefined
      ? {}
      : {
          queuedAt: unlessAgain(clock, sql`${columns.queuedAt}`),
          startedAt: unlessAgain(sql`null`, sql`${columns.startedAt}`),
          numResets: unlessAgain(sql`0`, sql`${columns.numResets}`),
          cancel: unlessAgain(sql`false`, sql`${columns.cancel}`),
          runAgain: unlessAgain(sql`false`, sql`${columns.runAgain}`)
        })
  })
}

/** Leaves a column out of the statement that neither the ending nor a fresh start changes. */
const keepOr = (
  column: StoreContext["columns"]["id"],
  value: SQL | undefined,
  again: SQL | undefined,
  unlessAgain: (fresh: SQL, value: SQL) => SQL,
  fresh: SQL = sql`0`
): SQL | undefined =>
  value === undefined && again === undefined ? undefined : unlessAgain(fresh, value ?? sql`${column}`)
