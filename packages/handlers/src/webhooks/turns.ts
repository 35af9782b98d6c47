/**
 * Who may send to an endpoint now: no more than a few at a time, and nobody while its circuit is open.
 *
 * All of it is in the webhook's row, and a turn is taken in one statement, so that any number of workers agree. A turn
 * that nobody gives back, because its worker died, ends by itself. Served by the primary keys.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, isNull, lte, or, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { webhooks } from "../schema/webhooks.ts"
import { OPENS_AFTER } from "./circuitDecision.ts"

/** Requests at a time to one endpoint, over all workers. */
export const IN_FLIGHT = 4

export interface TakeTurn {
  readonly webhookId: number
  /** Of the job: what the turn is given back by. */
  readonly jobId: number
  /** A turn that is not given back lasts as long. */
  readonly lease: Duration.Duration
  /** Somebody asked for it just now: an open circuit does not hold it up. */
  readonly urgent: boolean
}

/** Gives undefined when there is none to be had. */
export const takeTurn = Effect.fnUntraced(function* ({ jobId, lease, urgent, webhookId }: TakeTurn) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const until = sql`${clock} + ${Duration.toMillis(lease)}::float8 * interval '1 millisecond'`
  const { active, failuresInARow, id, inFlight, pausedUntil } = webhooks
  const live = sql`jsonb_each(${inFlight}) where value::float8 > extract(epoch from ${clock})`
  const [taken] = yield* run((db) =>
    db
      .update(webhooks)
      .set({
        inFlight: sql`(select coalesce(jsonb_object_agg(key, value), '{}') from ${live})
          || jsonb_build_object(${String(jobId)}::text, extract(epoch from ${until}))`,
        // half open: this one is the probe, and the others wait for what comes of it
        pausedUntil: sql`case when ${failuresInARow} >= ${OPENS_AFTER} then greatest(${pausedUntil}, ${until}) end`
      })
      .where(
        and(
          eq(id, webhookId),
          eq(active, true),
          urgent ? undefined : or(isNull(pausedUntil), lte(pausedUntil, clock)),
          sql`(select count(*) from ${live}) < ${IN_FLIGHT}`
        )
      )
      .returning()
  )
  return taken
})

/** Gives a turn back without a word on how it went. */
export const returnTurn = (webhookId: number, jobId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .update(webhooks)
        .set({ inFlight: withoutTurn(jobId) })
        .where(eq(webhooks.id, webhookId))
    )
  )

export const withoutTurn = (jobId: number) => sql`${webhooks.inFlight} - ${String(jobId)}::text`
