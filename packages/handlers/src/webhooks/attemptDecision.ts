/**
 * What becomes of a delivery after an attempt. Pure.
 *
 * | answer | |
 * |---|---|
 * | 2xx | delivered |
 * | none in time, connection lost, 408, 409, 425, 429, 5xx | tried for as long as the schedule goes |
 * | any other 4xx, 1xx | tried three times: what is being deployed says 404 for a minute, what is wrong says it for ever |
 * | 410 | failed, and the webhook is deactivated: nobody wants it any more |
 * | 3xx | failed: redirects are not followed |
 * | the guard refused it | failed |
 */
import type { Duration } from "effect"
import { readRetryAfter } from "./retryAfter.ts"
import type { Sent } from "./WebhookSender.ts"

/** @category models */
export type AttemptDecision =
  | { readonly _tag: "Delivered" }
  | { readonly _tag: "Retry"; readonly reason: string; readonly retryAfter: Duration.Duration | undefined }
  | { readonly _tag: "Fail"; readonly reason: string; readonly deactivate: boolean }

/** Attempts at what will hardly ever succeed. */
const FEW = 3

const lasting = new Set([408, 409, 425, 429])

/**
 * @param failures of this delivery before the attempt
 * @param attempts that a delivery has in all
 */
export const attemptDecision = (
  sent: Sent,
  { attempts, failures, now }: { readonly failures: number; readonly attempts: number; readonly now: number }
): AttemptDecision => {
  const fail = (reason: string, deactivate = false): AttemptDecision => ({ _tag: "Fail", reason, deactivate })
  const retry = (reason: string, limit: number, retryAfter?: Duration.Duration): AttemptDecision =>
    failures + 1 >= Math.min(limit, attempts) ? fail(reason) : { _tag: "Retry", reason, retryAfter }

  if (sent._tag === "Unanswered") return sent.refused ? fail(sent.reason) : retry(sent.reason, attempts)
  const { headers, status } = sent
  const reason = `Invalid HTTP response: ${status}`
  if (status >= 200 && status < 300) return { _tag: "Delivered" }
  if (status === 410) return fail(`${reason} Gone. The webhook is deactivated`, true)
  if (status >= 300 && status < 400) return fail(`${reason}. Redirects are not followed: update the webhook's url`)
  return retry(reason, status >= 500 || lasting.has(status) ? attempts : FEW, readRetryAfter(headers, now))
}
