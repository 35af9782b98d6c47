/**
 * Goes on with a bulk operation: what failed or was canceled is queued again, as a fresh job. What was done stays done.
 *
 * Whoever resumes it has looked: the jobs act for them, and merge the heads that are known now.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { bulkOperations, changesetJobs as j } from "../../schema/bulkOperations.ts"
import { changesets as c } from "../../schema/changesets.ts"
import type { OneBulkOperation } from "./bulkOperations.ts"
import { BulkStore } from "./BulkStore.ts"
import { holdOperation } from "./holdOperation.ts"
import { nextTurn } from "./nextTurn.ts"

/** Gives how many jobs were queued. @category operations */
export const resumeBulkOperation = Effect.fn("BulkOperations.resume")(function* (one: OneBulkOperation) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const store = yield* BulkStore
  const { actorId } = one
  return yield* transaction(
    Effect.gen(function* () {
      const { batchChangeId, id } = yield* holdOperation(one)
      const turn = yield* nextTurn(batchChangeId)
      const statement = resumeStatement({ bulkOperationId: id, turn, actorId, clock })
      const rows = yield* run((db) => db.execute<{ id: string }>(statement))
      if (rows.length === 0) return 0
      yield* run((db) => db.update(bulkOperations).set({ canceledAt: null }).where(eq(bulkOperations.id, id)))
      yield* store.wake
      return rows.length
    })
  )
})

interface Resume {
  readonly bulkOperationId: number
  readonly turn: number
  readonly actorId: ActorId
  readonly clock: SQL
}

/** Served by `changeset_jobs_changeset_key` and primary keys. */
export const resumeStatement = ({ actorId, bulkOperationId, clock, turn }: Resume): SQL => sql`
  with held as materialized (
    select ${j.id} as id, ${j.changesetId} as changeset_id from ${j}
    where ${j.bulkOperationId} = ${bulkOperationId} and ${j.state} in ('failed', 'canceled')
    order by ${j.id} for no key update
  ), placed as (
    select held.id, row_number() over (order by held.id) - 1 as place,
      case when ${c.reconcilerState} = 'completed' then ${c.externalHeadSha} end as head
    from held join ${c} on ${c.id} = held.changeset_id
  )
  update ${j} set
    "state" = 'queued', "turn" = ${turn}::bigint + placed.place,
    "expected_head" = case when ${j.jobType} = 'merge' then placed.head end,
    "user_id" = ${actorId ?? null}, "by_operator" = ${actorId === undefined},
    "previous_failure_message" = coalesce(${j.failureMessage}, ${j.previousFailureMessage}), "failure_message" = null,
    "queued_at" = ${clock}, "process_after" = ${clock}, "started_at" = null, "finished_at" = null,
    "num_failures" = 0, "num_resets" = 0, "cancel" = false
  from placed where ${j.id} = placed.id returning ${j.id} as id`
