/**
 * The order of bulk jobs: batch changes take turns.
 *
 * A job's place is the one after its batch change's last, or after the one whose turn it is, whichever comes later. Ten
 * thousand jobs of one batch change keep no other waiting, and those of one batch change stay in order.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetJobs as j } from "../../schema/bulkOperations.ts"

/**
 * The turn that comes next for a batch change. Served by `changeset_jobs_processing_idx`, `changeset_jobs_ready_idx`
 * and `changeset_jobs_turn_idx`.
 */
export const nextTurn = Effect.fnUntraced(function* (batchChangeId: number) {
  const { run } = yield* Database
  const waiting = sql`${j.state} in ('queued', 'errored')`
  const [row] = yield* run((db) =>
    db.execute<{ turn: string }>(sql`
      select 1 + greatest(
        coalesce(
          (select max(${j.turn}) from ${j} where ${j.state} = 'processing'),
          (select min(${j.turn}) - 1 from ${j} where ${waiting}),
          0
        ),
        coalesce((select max(${j.turn}) from ${j} where ${j.batchChangeId} = ${batchChangeId} and ${waiting}), 0)
      ) as turn`)
  )
  return Number(row!.turn)
})
