/**
 * Says why a delivery got no turn: for how long it has to wait, or why it never will.
 */
import { Database, DatabaseClock, PermanentError, Snooze } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect, Random } from "effect"
import { webhookDeliveries, webhooks } from "../schema/webhooks.ts"

/** How long a delivery waits for a circuit to close, in seconds. */
const GIVES_UP_AFTER = 3 * 24 * 3600

/** Between looks at an endpoint with as many requests under way as it may have, in seconds. */
const LOOKS_AGAIN = 0.5

export interface Standstill {
  readonly active: boolean
  /** Seconds until the circuit lets one through; 0 or less when it is closed or half open. */
  readonly pausedFor: number
  /** Of the delivery, in seconds. */
  readonly age: number
}

/** @param spread from 0 to 1: so that those who wait for one moment do not all come in it. Pure. */
export const standstillDecision = (found: Standstill | undefined, spread: number): Snooze | PermanentError => {
  if (found === undefined) return new PermanentError({ reason: "The webhook is gone" })
  if (!found.active) return new PermanentError({ reason: "The webhook is not active: activate it, and redeliver" })
  if (found.pausedFor <= 0) {
    return new Snooze({
      for: `${Math.round(1000 * LOOKS_AGAIN * (1 + spread))} millis`,
      reason: "As many requests as may be are on their way to the endpoint"
    })
  }
  if (found.age > GIVES_UP_AFTER) {
    return new PermanentError({ reason: "The endpoint has been failing for three days: repair it, and redeliver" })
  }
  return new Snooze({
    for: `${Math.ceil(1000 * found.pausedFor * (1 + spread / 10))} millis`,
    reason: "The endpoint keeps failing: nothing is sent to it for a while"
  })
}

/** Served by the primary keys. */
export const whyNoTurn = Effect.fnUntraced(function* (deliveryId: string, webhookId: number) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { active, id, pausedUntil } = webhooks
  const [found] = yield* run((db) =>
    db
      .select({
        active,
        pausedFor: sql<number>`coalesce(extract(epoch from ${pausedUntil} - ${clock}), 0)::float8`,
        age: sql<number>`extract(epoch from ${clock} - ${webhookDeliveries.createdAt})::float8`
      })
      .from(webhooks)
      .innerJoin(webhookDeliveries, eq(webhookDeliveries.id, deliveryId))
      .where(eq(id, webhookId))
  )
  return standstillDecision(found, yield* Random.next)
})
