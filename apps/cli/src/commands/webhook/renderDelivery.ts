/**
 * A delivery in full, for people. Pure.
 */
import type { Delivery, DeliveryAttempt } from "@drover/handlers"
import { details } from "../../output/details.ts"
import type { Look } from "../../output/Look.ts"
import { section } from "../../output/section.ts"
import { toneOf } from "../../output/style.ts"
import { moment, momentOrNone } from "../../output/time.ts"

export const renderDelivery = (
  delivery: Delivery & { readonly attempts: ReadonlyArray<DeliveryAttempt> },
  look: Look
): string => {
  const { action, attempts, body, createdAt, event, finishedAt, id, state, webhookId } = delivery
  const facts = details(
    `Delivery ${id}`,
    [
      ["Webhook", String(webhookId)],
      ["Event", action === "" ? event : `${event} ${action}`],
      ["State", state, toneOf(state)],
      ["Made", moment(createdAt)],
      ["Finished", momentOrNone(finishedAt)]
    ],
    look
  )
  const pretty = JSON.stringify(JSON.parse(body), null, 2)
  return [facts, section("Body", pretty, look), ...attempts.map((attempt) => renderAttempt(attempt, look))].join("")
}

const renderAttempt = (attempt: DeliveryAttempt, look: Look): string => {
  const { createdAt, durationMillis, error, redelivery, requestUrl, responseBody, responseStatus } = attempt
  const kind = redelivery ? "Redelivery" : "Attempt"
  const outcome = responseStatus === null ? "no answer" : `answered ${responseStatus}`
  const title = `${kind} at ${moment(createdAt)}: ${outcome} in ${durationMillis} ms`
  return section(title, [requestUrl, error ?? "", responseBody ?? ""].filter((text) => text !== "").join("\n"), look)
}
