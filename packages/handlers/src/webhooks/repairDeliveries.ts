/**
 * Finds the deliveries whose jobs ended without a word on them: their time was up, their workers died once too often,
 * somebody deleted or canceled them. To be run from time to time.
 */
import { Database, DatabaseClock, type DatabaseError, jobs, type JobQueue, type PayloadRejected } from "@drover/core"
import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { webhookDeliveries } from "../schema/webhooks.ts"
import { DeliverWebhook } from "./DeliverWebhook.ts"
import { lostDelivery } from "./lostDelivery.ts"

/** @category options */
export interface RepairDeliveries {
  /** How long a delivery's job is trusted to be there before it is looked for. Defaults to 10 minutes. */
  readonly olderThan?: Duration.Input | undefined
  /** How many are looked at, those that nobody looked at for longest first. Defaults to 1,000. */
  readonly limit?: number | undefined
}

/** The ids of deliveries. @category models */
export interface RepairedDeliveries {
  /** Have a job again. */
  readonly asked: ReadonlyArray<string>
  /** Lost their jobs too often. */
  readonly failed: ReadonlyArray<string>
}

/**
 * A delivery gets another job three times; then it has failed, and says why. Any number of workers may do it at once:
 * what one looks at, another passes by.
 *
 * @category operations
 */
export const repairDeliveries = Effect.fn("Webhooks.repairDeliveries")(function* ({
  limit = 1000,
  olderThan = "10 minutes"
}: RepairDeliveries = {}): Effect.fn.Return<RepairedDeliveries, PayloadRejected | DatabaseError, Database | JobQueue> {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const age = Duration.fromInputUnsafe(olderThan)
  return yield* transaction(
    Effect.gen(function* () {
      const found = yield* run((db) => selectUnseen(db, { age, clock, limit }))
      const decided = found.map(({ id, ...one }) => ({ id, decision: lostDelivery(one) }))
      const idsOf = (...tags: ReadonlyArray<(typeof decided)[number]["decision"]["_tag"]>) =>
        decided.filter(({ decision }) => tags.includes(decision._tag)).map(({ id }) => id)
      const asked = idsOf("AskAgain")
      yield* note(idsOf("Wait"), { jobSeenAt: clock })
      yield* note(asked, { jobSeenAt: clock, jobsLost: sql`${webhookDeliveries.jobsLost} + 1` })
      for (const { decision, id } of decided) {
        if (decision._tag === "GiveUp") {
          yield* note([id], { state: "failed", finishedAt: clock, failureMessage: decision.reason })
        }
      }
      yield* DeliverWebhook.enqueueAll(asked.map((deliveryId) => ({ deliveryId, redelivery: false })))
      return { asked, failed: idsOf("GiveUp") }
    })
  )
})

interface Unseen {
  readonly clock: SQL
  readonly age: Duration.Duration
  readonly limit: number
}

/** Served by `webhook_deliveries_job_seen_idx`, and each one's job by `jobs_dedupe_idx`. */
export const selectUnseen = (db: Database["Service"]["db"], { age, clock, limit }: Unseen) => {
  const { id, jobSeenAt, jobsLost, state } = webhookDeliveries
  // the keys of `DeliverWebhook`; the states are written out as the index has them, and the names with their tables,
  // which drizzle leaves out here
  const hasJob = sql<boolean>`exists (
    select from ${jobs} as job
    where job.kind = ${sql.raw(`'${DeliverWebhook.name}'`)}
      and job.dedupe_key in (${webhookDeliveries}.id::text, ${webhookDeliveries}.id::text || ' again')
      and job.state in ('queued', 'errored', 'processing'))`
  return db
    .select({ id, jobsLost, hasJob })
    .from(webhookDeliveries)
    .where(
      and(
        sql`${state} = 'pending'`,
        sql`${jobSeenAt} <= ${clock} - ${Duration.toMillis(age)}::float8 * interval '1 millisecond'`
      )
    )
    .orderBy(asc(jobSeenAt))
    .limit(limit)
    .for("update", { skipLocked: true })
}

type Change = Partial<{
  readonly [K in keyof typeof webhookDeliveries.$inferInsert]: (typeof webhookDeliveries.$inferInsert)[K] | SQL
}>

/** Of rows that are held. Served by the primary key. */
const note = (ids: ReadonlyArray<string>, change: Change) =>
  ids.length === 0
    ? Effect.void
    : Database.use(({ run }) =>
        run((db) =>
          db
            .update(webhookDeliveries)
            .set(change)
            .where(and(inArray(webhookDeliveries.id, [...ids]), eq(webhookDeliveries.state, "pending")))
        )
      )
