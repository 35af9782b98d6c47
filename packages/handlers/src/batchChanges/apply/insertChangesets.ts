/**
 * Makes the changesets that a batch spec has and that there are not: unpublished, until the reconciler gets to them.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { recordChangesetEvents } from "../changesets/recordChangesetEvent.ts"
import type { Decision } from "./decide.ts"
import type { UiPublications } from "./Preview.ts"

interface Made {
  readonly batchChangeId: number
  readonly actorId: number | null
  readonly ui: UiPublications
}

/** Rows of one statement. */
const AT_ONCE = 1000

/** Gives their ids, in the order of the decisions. Joins the ambient transaction. */
export const insertChangesets = Effect.fnUntraced(function* (
  decisions: ReadonlyArray<Decision>,
  { actorId, batchChangeId, ui }: Made
) {
  const { run } = yield* Database
  const rows = decisions.flatMap(({ spec }): ReadonlyArray<typeof changesets.$inferInsert> =>
    spec === undefined
      ? []
      : [
          {
            repositoryId: spec.repositoryId,
            // what is imported is nobody's here
            ownerId: spec.kind === "branch" ? batchChangeId : null,
            currentSpecId: spec.id,
            uiPublication: ui[spec.id] ?? null,
            headRef: spec.headRef,
            externalId: spec.externalId
          }
        ]
  )
  const ids: Array<number> = []
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const made = yield* run((db) =>
      db
        .insert(changesets)
        .values(rows.slice(at, at + AT_ONCE))
        .returning({ id: changesets.id })
    )
    ids.push(...made.map(({ id }) => id))
    yield* recordChangesetEvents(
      made.map(({ id }) => ({
        changesetId: id,
        kind: "created",
        key: String(batchChangeId),
        actorId,
        payload: { batchChangeId }
      }))
    )
  }
  return ids
})
