import { Database } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { requireReadable } from "../pullRequests/requireReadable.ts"
import { pullRequestLabels } from "../schema/labels.ts"

/** @category options */
export interface ListLabels {
  readonly pullRequestId: number
  /** Needs the role `read`. */
  readonly actorId?: ActorId
}

/** In the order of the alphabet. Served by the primary key. @category operations */
export const listLabels = Effect.fn("Labels.list")(function* ({ actorId, pullRequestId }: ListLabels) {
  yield* requireReadable(pullRequestId, actorId)
  return yield* labelsOf(pullRequestId)
})

export const labelsOf = Effect.fnUntraced(function* (pullRequestId: number) {
  const { run } = yield* Database
  const { name, pullRequestId: pullKey } = pullRequestLabels
  const rows = yield* run((db) =>
    db.select({ name }).from(pullRequestLabels).where(eq(pullKey, pullRequestId)).orderBy(asc(name))
  )
  return rows.map((row) => row.name)
})
