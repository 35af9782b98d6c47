/**
 * Has the reconciler look at changesets. Whatever became of them before is forgotten; one that is being looked at is
 * looked at once more.
 *
 * Batch changes take turns: a changeset's place in the order is the one after its batch change's last, or after the
 * one whose turn it is, whichever comes later. Ten thousand changesets of one batch change keep no other waiting.
 *
 * Served by the primary key, `changesets_turn_idx`, `changesets_ready_idx` and `changesets_processing_idx`.
 */
import { Database, DatabaseClock } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { ReconcilerStore } from "./ReconcilerStore.ts"

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
  const c = changesets
  const waiting = sql`${c.reconcilerState} in ('queued', 'errored')`
  const idle = sql`${c.reconcilerState} <> 'processing'`
  // in one order, so that nobody waits in a circle; the window is not allowed beside the locks
  const rows = yield* run((db) =>
    db.execute<{ id: string }>(sql`
      with held as materialized (
        select ${c.id} as id, ${c.ownerId} as owner_id from ${c}
        where ${c.id} = any(${sql.param(changesetIds)}::bigint[]) order by ${c.id} for no key update
      ), now_serving as (
        select coalesce(
          (select max(${c.turn}) from ${c} where ${c.reconcilerState} = 'processing'),
          (select min(${c.turn}) - 1 from ${c} where ${waiting}),
          0
        ) as turn
      ), placed as (
        select held.id, row_number() over (partition by held.owner_id order by held.id)
          + greatest(now_serving.turn, coalesce((
              select max(${c.turn}) from ${c} where ${c.ownerId} is not distinct from held.owner_id and ${waiting}
            ), 0)) as turn
        from held, now_serving
      )
      update ${c} set
        "reconciler_state" = case when ${idle} then ${as} else ${c.reconcilerState} end,
        "run_again" = not ${idle},
        "turn" = case when ${idle} then placed.turn else ${c.turn} end,
        "queued_at" = case when ${idle} then ${clock} else ${c.queuedAt} end,
        "process_after" = case when ${idle} then ${clock} else ${c.processAfter} end,
        "num_resets" = case when ${idle} then 0 else ${c.numResets} end,
        "num_failures" = case when ${idle} then 0 else ${c.numFailures} end,
        "previous_failure_message" = case when ${idle} then ${c.failureMessage} else ${c.previousFailureMessage} end,
        "failure_message" = case when ${idle} then null else ${c.failureMessage} end,
        "finished_at" = case when ${idle} then null else ${c.finishedAt} end,
        "cancel" = false, "sync_error" = null, "updated_at" = ${clock}
      from placed where ${c.id} = placed.id returning ${c.id} as id`)
  )
  if (as === "queued") yield* store.wake
  return rows.length
})
