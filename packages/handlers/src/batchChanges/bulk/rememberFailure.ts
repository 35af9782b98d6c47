/**
 * After an attempt that failed and that another follows: why, for people who look while that one runs; and its place
 * behind its batch change's others, so that what fails again and again keeps nobody waiting.
 */
import { type Claim, Database, LeaseLost, Snooze } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Cause, Effect, Option } from "effect"
import { changesetJobs } from "../../schema/bulkOperations.ts"
import type { ChangesetJob } from "./BulkStore.ts"
import { nextTurn } from "./nextTurn.ts"

/** What cannot be written is logged: the attempt fails with what it failed with. Served by the primary key. */
export const rememberFailure = ({ attempt, id, record }: Claim<ChangesetJob>, cause: Cause.Cause<unknown>) => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  if (error instanceof Snooze || error instanceof LeaseLost || Cause.hasInterruptsOnly(cause)) return Effect.void
  const squashed = Cause.squash(cause)
  const message = squashed instanceof Error ? squashed.message : String(squashed)
  return Effect.gen(function* () {
    const { run } = yield* Database
    const turn = yield* nextTurn(record.batchChangeId)
    yield* run((db) =>
      db
        .update(changesetJobs)
        .set({
          previousFailureMessage: message.slice(0, 10_000).replaceAll("\u0000", "\uFFFD"),
          turn: sql`greatest(${changesetJobs.turn}, ${turn}::bigint)`
        })
        .where(
          and(eq(changesetJobs.id, id), eq(changesetJobs.attempt, attempt), sql`${changesetJobs.state} = 'processing'`)
        )
    )
  }).pipe(Effect.catchCause((why) => Effect.logWarning("Could not write down why a bulk job failed", why)))
}
