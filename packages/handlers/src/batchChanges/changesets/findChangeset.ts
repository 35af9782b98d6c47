/**
 * Finds changesets by id, for Drover itself: who may see them is asked by whoever reads them for people.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { ChangesetMissing } from "./ChangesetError.ts"

/** @category models */
export type Changeset = typeof changesets.$inferSelect

/** Gives undefined where there is none. Nothing is asked of an id that cannot be one. Served by the primary key. */
export const findChangeset = Effect.fn("Changesets.find")(function* (id: number | undefined) {
  if (!isId(id)) return undefined
  const { run } = yield* Database
  const [found] = yield* run((db) => db.select().from(changesets).where(eq(changesets.id, id)))
  return found
})

/** Fails with `ChangesetMissing` where there is none. @category operations */
export const requireChangeset = Effect.fnUntraced(function* (id: number | undefined) {
  return (yield* findChangeset(id)) ?? (yield* new ChangesetMissing({ changesetId: id ?? 0 }))
})

/** Zero and undefined name no row: taken for "whichever", they would name any. Pure. */
export const isId = (id: number | undefined): id is number => id !== undefined && Number.isSafeInteger(id) && id > 0
