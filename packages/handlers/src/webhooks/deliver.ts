/**
 * Makes one attempt at a delivery.
 *
 * It may be made more than once, when a worker dies between the request and its record: the receiver knows the delivery
 * by its id.
 */
import {
  Database,
  type DatabaseError,
  type Job,
  type JobQueue,
  PermanentError,
  RetryableError,
  RetryPolicy,
  Snooze
} from "@drover/core"
import { eq } from "drizzle-orm"
import { Clock, Duration, Effect } from "effect"
import { webhookDeliveries } from "../schema/webhooks.ts"
import { type AttemptDecision, attemptDecision } from "./attemptDecision.ts"
import { DeliverWebhook } from "./DeliverWebhook.ts"
import { hookRequest } from "./hookRequest.ts"
import { endDelivery, recordAttempt } from "./recordAttempt.ts"
import { returnTurn, takeTurn } from "./turns.ts"
import { whyNoTurn } from "./whyNoTurn.ts"
import { WebhookSender } from "./WebhookSender.ts"

/** Between the longest request and the end of its turn. */
const SLACK = Duration.seconds(10)

interface Deliver {
  readonly deliveryId: string
  readonly redelivery: boolean
  readonly job: Pick<Job, "id" | "numFailures" | "maxAttempts">
}

type DeliverError = RetryableError | PermanentError | Snooze | DatabaseError

const deliver = Effect.fn("Webhooks.deliver")(function* ({
  deliveryId,
  job,
  redelivery
}: Deliver): Effect.fn.Return<void, DeliverError, WebhookSender | JobQueue | Database> {
  const { run } = yield* Database
  const sender = yield* WebhookSender
  const [delivery] = yield* run((db) => db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, deliveryId)))
  if (delivery === undefined) return yield* Effect.logDebug("A delivery is gone, with its webhook or after its time")
  if (delivery.state !== "pending") return // an attempt that was recorded, and whose job was not ended
  const { webhookId } = delivery

  const lease = Duration.sum(sender.timeout, SLACK)
  const urgent = redelivery || delivery.event === "ping"
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const hook = yield* takeTurn({ webhookId, jobId: job.id, lease, urgent })
      if (hook === undefined) return yield* wait(deliveryId, webhookId)
      const now = yield* Clock.currentTimeMillis
      const outgoing = hookRequest(hook, delivery, Math.floor(now / 1000))
      const sent = yield* restore(sender.send(outgoing)).pipe(
        Effect.onInterrupt(() => Effect.ignore(returnTurn(webhookId, job.id)))
      )
      const attempts = job.maxAttempts ?? DeliverWebhook.retry.attempts
      const decision = attemptDecision(sent, { failures: job.numFailures, attempts, now })
      yield* recordAttempt({ webhookId, deliveryId, jobId: job.id, redelivery, outgoing, sent, decision })
      yield* tell(decision, job.numFailures)
    })
  )
})

/** Ends the attempt before it was one. */
const wait = Effect.fnUntraced(function* (deliveryId: string, webhookId: number) {
  const why = yield* whyNoTurn(deliveryId, webhookId)
  if (why._tag === "Snooze") return yield* why
  yield* endDelivery(deliveryId, { _tag: "Fail" }, why.reason)
  return yield* why
})

/** As the job queue has it. A receiver may ask for a longer rest than the schedule's, and for none that is shorter. */
const tell = Effect.fnUntraced(function* (decision: AttemptDecision, failures: number) {
  if (decision._tag === "Delivered") return
  const { reason } = decision
  if (decision._tag === "Fail") return yield* new PermanentError({ reason })
  if (decision.retryAfter === undefined) return yield* new RetryableError({ reason })
  const rest = yield* RetryPolicy.delayAfter(DeliverWebhook.retry, failures + 1)
  return yield* new RetryableError({ reason, retryAfter: Duration.max(decision.retryAfter, rest ?? Duration.zero) })
})

/** The handler of `DeliverWebhook`. @category handlers */
export const deliverWebhookHandler = DeliverWebhook.handle(({ deliveryId, redelivery }, job) =>
  deliver({ deliveryId, redelivery, job })
)
