/**
 * What a webhook may be. Pure.
 */
import { Effect } from "effect"
import { eventNames } from "../events/ForgeEvent.ts"
import type { AllowList } from "./guard/AllowList.ts"
import { refusalOfLiteral } from "./guard/WebhookGuard.ts"
import { secretFault } from "./signatures.ts"
import { WebhookRejected } from "./WebhookError.ts"

/** What a webhook may hear of: everything, or these. @category models */
export type WebhookEvent = (typeof eventNames)[number] | "*"

const known: ReadonlySet<string> = new Set(["*", ...eventNames])

const reject = (field: string, rule: string) => Effect.fail(new WebhookRejected({ field, rule }))

/** Gives the URL as it is written down. Names are judged when they are resolved, at each request. */
export const checkUrl = (text: string, allow: AllowList): Effect.Effect<string, WebhookRejected> => {
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text.trim())) {
    return reject("url", `must be an absolute http or https address, but is "${text}"`)
  }
  if (url.username !== "" || url.password !== "") {
    return reject("url", "must hold no user and no password: what is sent is signed with the secret")
  }
  if (url.hash !== "") return reject("url", "must have no fragment, which is never sent")
  const refused = refusalOfLiteral(url.hostname, allow)
  return refused === undefined ? Effect.succeed(url.href) : reject("url", `is refused. ${refused.message}`)
}

/** Gives each name once. */
export const checkEvents = (names: ReadonlyArray<string>): Effect.Effect<Array<WebhookEvent>, WebhookRejected> => {
  if (names.length === 0) return reject("events", 'must name at least one event, or "*" for all')
  const strange = names.find((name) => !known.has(name))
  if (strange !== undefined) {
    return reject("events", `cannot hold "${strange}": there are ${[...known].join(", ")}`)
  }
  return Effect.succeed([...new Set(names)] as Array<WebhookEvent>)
}

export const checkSecret = (secret: string): Effect.Effect<string, WebhookRejected> => {
  const fault = secretFault(secret)
  return fault === undefined ? Effect.succeed(secret) : reject("secret", fault)
}
