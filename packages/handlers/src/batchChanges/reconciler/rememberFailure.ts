/**
 * After an attempt that failed: why, for people who look while the next one runs; and its place behind its batch
 * change's others, so that what fails again and again keeps nobody waiting.
 */
import { Database, DatabaseClock } from "@drover/core"
import { sql } from "drizzle-orm"
import { Cause, Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { lastTurnOf, nowServing } from "../changesets/turns.ts"
import { recordChangesetEvents } from "../changesets/recordChangesetEvent.ts"
import { NeedsAttention } from "./ReconcileError.ts"
import { type Run, writeOwn } from "./Run.ts"

/** What cannot be written is logged: the attempt fails with what it failed with. */
export const rememberFailure = (
  { changeset, claim }: Pick<Run, "changeset" | "claim">,
  cause: Cause.Cause<unknown>
) => {
  const error = Cause.squash(cause)
  const message = (error instanceof Error ? error.message : String(error))
    .slice(0, 10_000)
    .replaceAll("\u0000", "\uFFFD")
  const attention = error instanceof NeedsAttention ? error.reason : undefined
  return Effect.gen(function* () {
    const { transaction } = yield* Database
    const clock = yield* DatabaseClock
    const owner = sql`${changeset.ownerId}::bigint`
    const behind = sql`greatest(${changesets.turn}, 1 + greatest(${nowServing(clock)}, ${lastTurnOf(owner)}))`
    yield* transaction(
      Effect.gen(function* () {
        yield* writeOwn(claim, {
          previousFailureMessage: message,
          turn: behind,
          ...(attention === undefined ? {} : { attention })
        })
        if (attention === undefined) return
        yield* recordChangesetEvents([
          { changesetId: changeset.id, kind: "attention", key: `${claim.attempt}`, payload: { reason: attention } }
        ])
      })
    )
  }).pipe(Effect.catchCause((why) => Effect.logWarning("Could not write down why a changeset failed", why)))
}
