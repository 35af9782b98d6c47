/**
 * Holds a changeset that the reconciler is to be told of. Of a batch change that is closed it brings nothing any more to
 * what specs say: whoever closes one holds its changesets too, and so sees what was enqueued before, or is seen here.
 *
 * Served by the primary keys.
 */
import { Database, PermanentError } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { batchChanges } from "../../schema/batchChanges.ts"
import type { ChangesetJob } from "./BulkStore.ts"
import { holdChangeset } from "./holdChangeset.ts"
import { whyOver } from "./offered.ts"

export const holdForReconciler = Effect.fnUntraced(function* ({
  batchChangeId,
  changesetId
}: Pick<ChangesetJob, "batchChangeId" | "changesetId">) {
  const { run } = yield* Database
  const held = yield* holdChangeset(changesetId)
  const [change] = yield* run((db) =>
    db.select({ closedAt: batchChanges.closedAt }).from(batchChanges).where(eq(batchChanges.id, batchChangeId))
  )
  const why = whyOver({ closed: change !== undefined && change.closedAt !== null, closing: held.closing })
  if (why !== undefined) return yield* new PermanentError({ reason: `changeset ${changesetId} ${why}` })
  return held
})
