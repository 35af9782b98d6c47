/**
 * The job kind of sending one delivery to its webhook.
 *
 * Tried over 28 hours, as Standard Webhooks has it: at once, then after 5 seconds, 5 minutes, half an hour, 2 hours, 5
 * hours, 10 hours and 10 hours, each up to a fifth longer or shorter.
 */
import { JobKind, RetryPolicy } from "@drover/core"
import { Duration, Effect, Schedule, Schema } from "effect"

const rests = ["5 seconds", "5 minutes", "30 minutes", "2 hours", "5 hours", "10 hours", "10 hours"] as const

export const DeliverWebhook = JobKind.make("deliver_webhook", {
  payload: Schema.Struct({ deliveryId: Schema.String, redelivery: Schema.Boolean }),
  // who asks for a delivery again does not want to wait for the next of its attempts
  dedupeKey: ({ deliveryId, redelivery }) => (redelivery ? `${deliveryId} again` : deliveryId),
  retry: RetryPolicy.make({
    attempts: rests.length + 1,
    delay: Schedule.recurs(rests.length).pipe(
      Schedule.modifyDelay(({ attempt }) => Effect.succeed(Duration.fromInputUnsafe(rests[attempt - 1] ?? rests[0]))),
      Schedule.jittered
    )
  }),
  timeout: "30 seconds"
})
