import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { webhookDeliveries } from "../schema/webhooks.ts"
import { DeliverWebhook } from "./DeliverWebhook.ts"
import { type DeliveryChoice, requireDelivery } from "./findDelivery.ts"

/**
 * Sends a delivery again: the same body under the same id, to where the webhook is now, signed with the secret that it
 * has now. It has all its attempts again, and the first does not wait for a circuit to close. Takes the role `admin`.
 *
 * @category operations
 */
export const redeliver = Effect.fn("Webhooks.redeliver")(function* (choice: DeliveryChoice) {
  const { id } = yield* requireDelivery(choice)
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* transaction(
    Effect.andThen(
      run((db) =>
        db
          .update(webhookDeliveries)
          .set({ state: "pending", finishedAt: null, failureMessage: null, jobSeenAt: clock, jobsLost: 0 })
          .where(eq(webhookDeliveries.id, id))
      ),
      DeliverWebhook.enqueue({ deliveryId: id, redelivery: true })
    )
  )
})
