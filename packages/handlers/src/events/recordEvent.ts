/**
 * Tells what happened: a row of `events`, and a delivery for every webhook that hears of it, in the ambient
 * transaction. What is rolled back is never told, and what is committed is never forgotten.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { events } from "../schema/events.ts"
import { fanOut } from "../webhooks/fanOut.ts"
import { repositoryBody, userBody } from "./bodies.ts"
import type { ForgeEvent } from "./ForgeEvent.ts"

export type RecordEvent = ForgeEvent & {
  readonly repositoryId: number
  readonly pullRequestId?: number | undefined
  readonly actorId?: ActorId
  /** What the event has beside `action`, `repository` and `sender`. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Gives the event's id. The caller has a transaction open. */
export const recordEvent = Effect.fnUntraced(function* (told: RecordEvent) {
  const { actorId, event, pullRequestId, repositoryId } = told
  const { run } = yield* Database
  const action = "action" in told ? told.action : ""
  const payload = {
    ...(action === "" ? {} : { action }),
    ...told.body,
    repository: yield* repositoryBody(repositoryId),
    sender: yield* userBody(actorId ?? null)
  }
  const [row] = yield* run((db) =>
    db
      .insert(events)
      .values({ repositoryId, pullRequestId, event, action, actorId, payload })
      .returning({ id: events.id })
  )
  const { id } = row!
  yield* fanOut({ id, repositoryId, event, action, payload })
  return id
})
