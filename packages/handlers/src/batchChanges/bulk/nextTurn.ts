/**
 * The order of bulk jobs: batch changes take turns.
 *
 * A job's place is the one after its batch change's last, or after the one whose turn it is, whichever comes later. Ten
 * thousand jobs of one batch change keep no other waiting, and those of one batch change stay in order.
 */
import { Database, DatabaseClock } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetJobs as j } from "../../schema/bulkOperations.ts"

/** How many of those that wait are looked at for the first that is due: those before it rest. */
const LOOK = 1000

/**
 * The turn that comes next for a batch change. What rests after a failure waits for a time, and for no turn: it says
 * nothing of whose turn it is.
 *
 * Served by `changeset_jobs_processing_idx`, `changeset_jobs_ready_idx` and `changeset_jobs_turn_idx`.
 */
export const nextTurnQuery = (batchChangeId: number, clock: SQL): SQL => {
  const waiting = sql`${j.state} in ('queued', 'errored')`
  const first = sql`(select ${j.turn} as turn, ${j.processAfter} as process_after from ${j} where ${waiting}
    order by ${j.turn}, ${j.id} limit ${sql.raw(String(LOOK))}) as first`
  return sql`
    select 1 + greatest(
      coalesce(
        (select max(${j.turn}) from ${j} where ${j.state} = 'processing'),
        (select first.turn - 1 from ${first} where first.process_after <= ${clock} limit 1),
        (select max(first.turn) from ${first}),
        0
      ),
      coalesce((select max(${j.turn}) from ${j} where ${j.batchChangeId} = ${batchChangeId} and ${waiting}), 0)
    ) as turn`
}

export const nextTurn = Effect.fnUntraced(function* (batchChangeId: number) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const [row] = yield* run((db) => db.execute<{ turn: string }>(nextTurnQuery(batchChangeId, clock)))
  return Number(row!.turn)
})
