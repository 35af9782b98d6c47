/**
 * Makes the batch spec that undoes a batch change.
 */
import { Database } from "@drover/core"
import { eq, inArray, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { findBatchChange } from "../reads/findBatchChange.ts"
import type { ChangesetView } from "../reads/listChangesets.ts"
import { readAllChangesets } from "../reads/readAllChangesets.ts"
import { parseBatchSpec } from "../spec/parseBatchSpec.ts"
import { fit } from "./fit.ts"
import { revertName, revertSource } from "./revertSource.ts"
import { type Candidate, undoBranch } from "./undoBranch.ts"
import type { RevertBatchChange, RevertedBatchChange } from "./Undoing.ts"

/** Branches that are looked at at a time: some processes of git each. */
const AT_ONCE = 4
/** Changesets of one statement. */
const PAGE = 1000

/**
 * Writes nothing: the spec is previewed and applied as any other. Its diffs take back, from each branch as it is now,
 * what the merged changesets brought to it (those that were put away too), and keep what was committed since. A changeset
 * that cannot be taken back so is left out and told with why.
 *
 * @category operations
 */
export const revertBatchChange = Effect.fn("BatchChanges.revert")(function* ({
  actorId,
  batchChangeId,
  ...options
}: RevertBatchChange) {
  const undone = yield* findBatchChange({ id: batchChangeId, actorId })
  const name = options.name ?? revertName(undone.name)
  const { hidden, views } = yield* readAllChangesets({ batchChangeId, archived: [false, true], actorId })
  const known = yield* readKnown(views)
  const branches = Map.groupBy(views, ({ baseRef, repository }) => `${repository}\0${baseRef}`)
  const parts = yield* Effect.forEach(
    [...branches].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ([, all]) => {
      const candidates = all.map((changeset): Candidate => ({
        changeset,
        baseSha: known.get(changeset.id)?.baseSha ?? null
      }))
      const first = all[0]!
      return Effect.scoped(undoBranch(known.get(first.id)!.repository, first.baseRef, candidates))
    },
    { concurrency: AT_ONCE }
  )
  const fitting = fit(parts)
  const diffs = fitting.flatMap(({ branch, diff, repository }) =>
    diff === undefined ? [] : [{ repository, branch, diff }]
  )
  const source = diffs.length === 0 ? null : revertSource({ name, undone, diffs })
  if (source !== null) yield* parseBatchSpec(source)
  const reverted: RevertedBatchChange = {
    name,
    namespace: undone.namespace,
    source,
    changesets: fitting.flatMap((part) => part.changesets),
    hidden
  }
  return reverted
})

/** The repository of each, and the commit that it was made for. Served by the primary keys. */
const readKnown = Effect.fnUntraced(function* (views: ReadonlyArray<ChangesetView>) {
  const { run } = yield* Database
  const found = new Map<
    number,
    { readonly baseSha: string | null; readonly repository: typeof repositories.$inferSelect }
  >()
  for (let at = 0; at < views.length; at += PAGE) {
    const ids = views.slice(at, at + PAGE).map(({ id }) => id)
    const rows = yield* run((db) =>
      db
        .select({ id: changesets.id, baseSha: changesetSpecs.baseSha, repository: repositories })
        .from(changesets)
        .innerJoin(repositories, eq(repositories.id, changesets.repositoryId))
        .leftJoin(
          changesetSpecs,
          eq(changesetSpecs.id, sql`coalesce(${changesets.previousSpecId}, ${changesets.currentSpecId})`)
        )
        .where(inArray(changesets.id, ids))
    )
    for (const { id, ...row } of rows) found.set(id, row)
  }
  return found
})
