/**
 * What steps gave before: shared by all specs, since a key says all that a result depends on.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, inArray, sql } from "drizzle-orm"
import { Effect } from "effect"
import { stepResults } from "../../../schema/batchSpecs.ts"
import type { WorkspaceResult } from "../WorkspaceResult.ts"

/** What there is after a step, by all steps so far. */
export interface StepSnapshot {
  readonly result: WorkspaceResult
  /** Against the base. */
  readonly diff: Uint8Array
  /** The diff and these are all that the step left, and the next can go on from them. Undefined: there is more. */
  readonly emptyFolders: ReadonlyArray<string> | undefined
}

/** Gives undefined for a key that there is none of. Served by the primary key. */
export const findSnapshot = Effect.fnUntraced(function* (key: string) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db.select({ result: stepResults.result, diff: stepResults.diff }).from(stepResults).where(eq(stepResults.key, key))
  )
  if (found === undefined) return undefined
  const { emptyFolders, ...result } = found.result
  return { result, emptyFolders, diff: found.diff } satisfies StepSnapshot
})

/** In place of one that there is: whoever ran it again wanted it anew. Served by the primary key. */
export const saveSnapshot = Effect.fnUntraced(function* (key: string, { diff, emptyFolders, result }: StepSnapshot) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const values = { result: emptyFolders === undefined ? result : { ...result, emptyFolders }, diff, lastUsedAt: clock }
  yield* run((db) =>
    db
      .insert(stepResults)
      .values({ key, ...values })
      .onConflictDoUpdate({ target: stepResults.key, set: values })
  )
})

/**
 * Says that these were of use. Those that were not an hour ago are let be: a thousand workspaces must not wait for one
 * row. Served by the primary key.
 */
export const touchSnapshots = Effect.fnUntraced(function* (keys: ReadonlyArray<string>) {
  if (keys.length === 0) return
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { key, lastUsedAt } = stepResults
  yield* run((db) => {
    const stale = db
      .select({ key })
      .from(stepResults)
      .where(and(inArray(key, [...keys]), sql`${lastUsedAt} < ${clock} - interval '1 hour'`))
      .orderBy(key)
      .for("update", { skipLocked: true })
    return db.update(stepResults).set({ lastUsedAt: clock }).where(inArray(key, stale))
  })
})
