/**
 * Reads all changesets of a batch change that the actor may see.
 */
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { type ChangesetPage, type ChangesetView, listChangesets } from "./listChangesets.ts"

interface ReadAll {
  readonly batchChangeId: number
  /** Those that are not put away, those that are, or both. */
  readonly archived: ReadonlyArray<boolean>
  readonly actorId: ActorId
}

const PAGE = 1000

/** `hidden`: how many more there are. */
export const readAllChangesets = Effect.fnUntraced(function* ({ actorId, archived: kinds, batchChangeId }: ReadAll) {
  const views: Array<ChangesetView> = []
  let hidden = 0
  for (const archived of kinds) {
    let after: number | undefined
    for (;;) {
      const page: ChangesetPage = yield* listChangesets({ batchChangeId, archived, after, limit: PAGE, actorId })
      views.push(...page.changesets)
      if (after === undefined) hidden += page.hidden
      if (page.next === null) break
      after = page.next
    }
  }
  return { views, hidden }
})
