/**
 * Has the reconciler look at changesets. Whatever became of them before is forgotten; one that is being looked at is
 * looked at once more.
 *
 * Batch changes take turns, as `turns` says. One that waits already keeps its turn, however often it is asked for; one
 * that rests after a failure rests no more.
 *
 * Served by the primary key, and the indexes that `turns` names.
 */
import { Database, DatabaseClock } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { ReconcilerStore } from "./ReconcilerStore.ts"
import { lastTurnOf, nowServing, waiting } from "./turns.ts"

/** @category options */
export interface EnqueueChangesets {
  readonly changesetIds: ReadonlyArray<number>
  /** `scheduled`: it waits until somebody queues it. Defaults to `queued`. */
  readonly as?: "queued" | "scheduled" | undefined
}

/** Joins the ambient transaction. Gives how many there were. @category operations */
export const enqueueChangesets = Effect.fn("Changesets.enqueue")(function* ({
  as = "queued",
  changesetIds
}: EnqueueChangesets) {
  if (changesetIds.length === 0) return 0
  const { run } = yield* Database
  const store = yield* ReconcilerStore
  const clock = yield* DatabaseClock
  const rows = yield* run((db) => db.execute<{ id: string }>(enqueueStatement(changesetIds, as, clock)))
  if (as === "queued") yield* store.wake
  return rows.length
})

/** Locks in one order, so that nobody waits in a circle; what counts is what a row is once it is locked. */
export const enqueueStatement = (changesetIds: ReadonlyArray<number>, as: "queued" | "scheduled", clock: SQL): SQL => {
  const c = changesets
  const idle = sql`${c.reconcilerState} <> 'processing'`
  return sql`
    with held as materialized (
      select ${c.id} as id, ${c.ownerId} as owner_id from ${c}
      where ${c.id} = any(${sql.param(changesetIds)}::bigint[]) order by ${c.id} for no key update
    ), serving as materialized (
      select ${nowServing(clock)} as turn
    ), owners as materialized (
      select owner_id, greatest(serving.turn, ${lastTurnOf(sql`owner.owner_id`)}) as turn
      from (select distinct owner_id from held) as owner, serving
    ), placed as (
      select held.id, owners.turn + row_number() over (partition by held.owner_id order by held.id) as turn
      from held join owners on coalesce(owners.owner_id, 0) = coalesce(held.owner_id, 0)
    )
    update ${c} set
      "reconciler_state" = case when ${idle} then ${as} else ${c.reconcilerState} end,
      "run_again" = not ${idle},
      "turn" = case when ${idle} and not ${waiting} then placed.turn else ${c.turn} end,
      "queued_at" = case when ${idle} then ${clock} else ${c.queuedAt} end,
      "process_after" = case when ${idle} then ${clock} else ${c.processAfter} end,
      "num_resets" = case when ${idle} then 0 else ${c.numResets} end,
      "num_failures" = case when ${idle} then 0 else ${c.numFailures} end,
      "previous_failure_message" = case when ${idle}
        then coalesce(${c.failureMessage}, ${c.previousFailureMessage}) else ${c.previousFailureMessage} end,
      "failure_message" = case when ${idle} then null else ${c.failureMessage} end,
      "finished_at" = case when ${idle} then null else ${c.finishedAt} end,
      "cancel" = false, "sync_error" = null, "updated_at" = ${clock}
    from placed where ${c.id} = placed.id returning ${c.id} as id`
}
