/**
 * Writes what is about to be done outside, and how it ended. A step that has no end may have been done or not.
 *
 * Served by primary keys.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets, changesetSteps } from "../../schema/changesets.ts"
import type { Operation } from "../plan/Operation.ts"
import { isOurs, leaseLost, type Run } from "./Run.ts"

export type Intent = Readonly<Record<string, unknown>>

/** What brings a spec to the host, in part. */
const bringsSpec: ReadonlyArray<Operation> = ["push", "undraft", "update"]

/** Gives the step's id, and notes the spec that it is a part of. Fails with `LeaseLost` where the attempt is no longer the current one: then nothing may be done. */
export const beginStep = Effect.fnUntraced(function* (
  { claim, current }: Pick<Run, "claim" | "current">,
  operation: Operation,
  intent: Intent
) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const specId = bringsSpec.includes(operation) ? (current?.id ?? null) : null
  const [row] = yield* run((db) =>
    db.execute<{ id: string }>(sql`
      with begun as (
        update ${changesets} set "begun_spec_ids" = ${changesets.begunSpecIds} || ${specId}::bigint
        where ${isOurs(claim)} and ${specId}::bigint <> all(${changesets.begunSpecIds})
      )
      insert into ${changesetSteps} ("changeset_id", "attempt", "operation", "intent", "started_at")
      select ${changesets.id}, ${changesets.attempt}, ${operation}, ${JSON.stringify(intent)}::jsonb, ${clock}
      from ${changesets} where ${isOurs(claim)} returning "id"`)
  )
  return row === undefined ? yield* leaseLost(claim) : Number(row.id)
})

/** Joins the ambient transaction. */
export const endStep = Effect.fnUntraced(function* (id: number, failure?: string) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  yield* run((db) =>
    db
      .update(changesetSteps)
      .set({ outcome: failure === undefined ? "done" : "failed", failure: failure ?? null, endedAt: clock })
      .where(eq(changesetSteps.id, id))
  )
})
