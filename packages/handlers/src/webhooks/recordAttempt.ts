/**
 * Writes down an attempt, and what it makes of its delivery and of its webhook, in one transaction. Served by the
 * primary keys.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { webhookAttempts, webhookDeliveries, webhooks } from "../schema/webhooks.ts"
import type { AttemptDecision } from "./attemptDecision.ts"
import { circuitDecision } from "./circuitDecision.ts"
import { sendWaiting } from "./sendWaiting.ts"
import { withoutTurn } from "./turns.ts"
import type { OutgoingRequest, Sent } from "./WebhookSender.ts"

export interface RecordAttempt {
  readonly webhookId: number
  readonly deliveryId: string
  readonly jobId: number
  readonly redelivery: boolean
  readonly outgoing: OutgoingRequest
  readonly sent: Sent
  readonly decision: AttemptDecision
}

export const recordAttempt = Effect.fnUntraced(function* (made: RecordAttempt) {
  const { transaction } = yield* Database
  yield* transaction(
    Effect.gen(function* () {
      // the webhook's row first, as its removal has it
      if (!(yield* noteHealth(made))) return
      yield* noteAttempt(made)
      yield* endDelivery(made.deliveryId, made.decision)
    })
  )
})

const noteAttempt = ({ deliveryId, outgoing, redelivery, sent }: RecordAttempt) =>
  Database.use(({ run }) =>
    run((db) =>
      db.insert(webhookAttempts).values({
        deliveryId,
        redelivery,
        requestUrl: outgoing.url,
        requestHeaders: outgoing.headers,
        durationMillis: sent.durationMillis,
        ...(sent._tag === "Unanswered"
          ? { error: sent.reason }
          : {
              responseStatus: sent.status,
              responseHeaders: sent.headers,
              responseBody: sent.body,
              error: sent.error
            })
      })
    )
  )

/** A delivery that is to be tried again stays pending. @param failureMessage where no attempt says why it failed */
export const endDelivery = Effect.fnUntraced(function* (
  deliveryId: string,
  { _tag }: Pick<AttemptDecision, "_tag">,
  failureMessage: string | null = null
) {
  if (_tag === "Retry") return
  const { run } = yield* Database
  const finishedAt = yield* DatabaseClock
  const state = _tag === "Delivered" ? "delivered" : "failed"
  yield* run((db) =>
    db.update(webhookDeliveries).set({ state, finishedAt, failureMessage }).where(eq(webhookDeliveries.id, deliveryId))
  )
})

/**
 * Holds the row from reading it to writing it: attempts that end together count one after the other. Answers whether the
 * webhook is there still.
 */
const noteHealth = Effect.fnUntraced(function* ({ decision, jobId, sent, webhookId }: RecordAttempt) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const hook = eq(webhooks.id, webhookId)
  const [before] = yield* run((db) =>
    db
      .select({ failures: webhooks.failuresInARow, pausedUntil: webhooks.pausedUntil })
      .from(webhooks)
      .where(hook)
      .for("update")
  )
  if (before === undefined) return false
  const succeeded = decision._tag === "Delivered"
  const asked = decision._tag === "Retry" ? decision.retryAfter : undefined
  const { failuresInARow, pause } = circuitDecision(before.failures, succeeded, asked)
  yield* run((db) =>
    db
      .update(webhooks)
      .set({
        failuresInARow,
        pausedUntil:
          pause === undefined ? null : sql`${clock} + ${Duration.toMillis(pause)}::float8 * interval '1 millisecond'`,
        inFlight: withoutTurn(jobId),
        lastStatus: sent._tag === "Answered" ? sent.status : null,
        lastMessage: succeeded ? "OK" : decision.reason,
        ...(succeeded ? { lastDeliveredAt: clock } : {}),
        ...(decision._tag === "Fail" && decision.deactivate ? { active: false, updatedAt: clock } : {})
      })
      .where(hook)
  )
  if (succeeded && before.pausedUntil !== null) yield* sendWaiting(webhookId)
  return true
})
