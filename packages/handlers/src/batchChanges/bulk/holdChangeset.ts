/**
 * Holds a changeset's row until the transaction ends. Whoever writes about a changeset in several tables does it first,
 * so that nobody waits in a circle. Served by the primary key.
 */
import { Database, PermanentError } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"

export const holdChangeset = Effect.fnUntraced(function* (id: number) {
  const { run } = yield* Database
  const [held] = yield* run((db) =>
    db
      .select({ reconcilerState: changesets.reconcilerState, closing: changesets.closing })
      .from(changesets)
      .where(eq(changesets.id, id))
      .for("no key update")
  )
  return held ?? (yield* new PermanentError({ reason: `There is no changeset ${id}` }))
})
