/**
 * Back to queued, and a worker woken when that is due at once. Served by the primary key.
 *
 * `requeueClaim` gives up the current attempt and keeps the counters: nothing
 * failed. Who was asked to stop is canceled instead, unless a trigger came after
 * that. `requeueRecord` is a person's word on a record that nobody is
 * processing: it starts afresh.
 */
import { and, eq, type SQL, sql } from "drizzle-orm"
import { isCurrent } from "../Fence.ts"
import { assign, idPlaceholder, state, stateOf, type StoreContext } from "../StoreContext.ts"
import { lookAgainIfDue } from "../wake.ts"

export const requeueClaim = (context: StoreContext) =>
  context.db
    .update(context.table)
    .set({ ...queued(context), ...unlessCanceled(context) })
    .where(isCurrent(context))
    .returning({ wake: lookAgainIfDue(context) })

export const requeueRecord = (context: StoreContext) => {
  const { columns } = context
  const fresh = assign(context, { numFailures: sql`0`, numResets: sql`0` })
  return context.db
    .update(context.table)
    .set({ ...queued(context), ...fresh })
    .where(
      and(
        eq(columns.id, idPlaceholder(context)),
        sql`(${columns.state} in ('queued', 'errored', 'failed', 'canceled') or (${columns.state} = 'completed' and ${sql.placeholder("completedToo")}::boolean))`
      )
    )
    .returning({ wake: lookAgainIfDue(context) })
}

/** Queued, or canceled when that was asked for. */
export const unlessCanceled = (context: StoreContext): Record<string, SQL> => {
  const { cancel, runAgain } = context.columns
  const canceled = runAgain === undefined ? sql`${cancel}` : sql`(${cancel} and not ${runAgain})`
  return assign(context, {
    state: stateOf(context, sql`case when ${canceled} then ${state("canceled")} else ${state("queued")} end`),
    finishedAt: sql`case when ${canceled} then ${context.clock} end`,
    cancel: canceled
  })
}

/** `after` is a moment as text, or null; then `delayMillis` from now. */
const queued = (context: StoreContext): Record<string, SQL> =>
  assign(context, {
    state: state("queued"),
    processAfter: sql`coalesce(${sql.placeholder("after")}::timestamptz, ${context.clock} + ${sql.placeholder("delayMillis")}::double precision * interval '1 millisecond')`,
    queuedAt: context.clock,
    startedAt: sql`null`,
    finishedAt: sql`null`,
    cancel: sql`false`
  })
