/**
 * Gives changesets the specs that they are to be brought to from now on.
 */
import { Database, DatabaseClock } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import type { Decision } from "./decide.ts"
import { isAnyOf } from "./isAnyOf.ts"
import type { UiPublications } from "./Preview.ts"

/**
 * Whoever wanted them closed wants them now. What a person has to decide is decided where the spec says something else:
 * it is tried again. Joins the ambient transaction.
 */
export const respecify = Effect.fnUntraced(function* (decisions: ReadonlyArray<Decision>, ui: UiPublications) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const pairs = decisions.flatMap(({ row, spec }) => (row === undefined || spec === undefined ? [] : [{ row, spec }]))
  if (pairs.length === 0) return
  const c = changesets
  yield* run((db) =>
    db.execute(sql`
      update ${c} set "current_spec_id" = given.spec_id, "closing" = false, "updated_at" = ${clock}
      from unnest(
        ${sql.param(pairs.map(({ row }) => row.id))}::bigint[], ${sql.param(pairs.map(({ spec }) => spec.id))}::bigint[]
      ) as given(id, spec_id) where ${c.id} = given.id`)
  )
  const renewed = decisions.flatMap(({ respecified, row }) => (respecified && row?.attention != null ? row.id : []))
  if (renewed.length > 0) yield* run((db) => db.update(c).set({ attention: null }).where(isAnyOf(c.id, renewed)))
  for (const uiPublication of ["unpublished", "draft", "published"] as const) {
    const ids = pairs.flatMap(({ row, spec }) => (ui[spec.id] === uiPublication ? row.id : []))
    if (ids.length > 0) yield* run((db) => db.update(c).set({ uiPublication }).where(isAnyOf(c.id, ids)))
  }
})
