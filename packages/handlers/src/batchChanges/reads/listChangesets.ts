/**
 * Reads the changesets of a batch change, a page at a time.
 *
 * Served by `changeset_associations_batch_change_idx`, which has them in this order, and primary keys.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, asc, count, eq, getTableColumns, gt, ilike, inArray, not, or, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { mayRead, memberOf } from "../../access/mayRead.ts"
import type { ActorId } from "../../access/requireRole.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesetAssociations as associations, changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { repositoryMembers } from "../../schema/users.ts"
import type { ChangesetFilter } from "../bulk/chooseChangesets.ts"
import { requireBatchChange } from "../bulk/requireBatchChange.ts"
import type { Changeset } from "../changesets/findChangeset.ts"

/** `archived` defaults to false: those that are put away are shown to whoever asks for them. @category options */
export interface ListChangesets extends ChangesetFilter {
  readonly batchChangeId: number
  /** A part of the title, the branch or the repository's name; case does not count. */
  readonly search?: string | undefined
  /** From 1 to 1000. Defaults to 100. */
  readonly limit?: number | undefined
  /** Only those with a greater id: the `next` of the page before. Defaults to the first page. */
  readonly after?: number | undefined
  /** A user or a member of the batch change's namespace. */
  readonly actorId?: ActorId
}

/** @category models */
export interface ChangesetView extends Changeset {
  readonly repository: string
  /** Of the pull request, and of what it is to be where there is none. */
  readonly title: string
  readonly baseRef: string
  /** Null for one that is imported. */
  readonly diffStat: { readonly additions: number; readonly deletions: number; readonly changedFiles: number } | null
  /** The batch change has put it away. */
  readonly archived: boolean
}

/** @category models */
export interface ChangesetPage {
  readonly changesets: ReadonlyArray<ChangesetView>
  /** How many more there are, on all pages, in repositories that the actor may not read. */
  readonly hidden: number
  /** What to ask for the next page with; null on the last one. */
  readonly next: number | null
}

/** @category operations */
export const listChangesets = Effect.fn("BatchChanges.listChangesets")(function* (options: ListChangesets) {
  const { run } = yield* Database
  const { actorId, batchChangeId } = options
  yield* requireBatchChange(batchChangeId, actorId)
  const limit = Math.min(1000, Math.max(1, options.limit ?? 100))
  const rows = yield* run((db) => selectChangesets(db, { ...options, limit: limit + 1 }))
  const [hidden] = actorId === undefined ? [] : yield* run((db) => countHidden(db, options))
  const shown = rows.slice(0, limit)
  const page: ChangesetPage = {
    changesets: shown.map(({ additions, changedFiles, changeset, deletions, specBaseRef, specTitle, ...row }) => ({
      ...changeset,
      ...row,
      title: changeset.externalTitle ?? specTitle ?? "",
      baseRef: changeset.externalBaseRef ?? specBaseRef ?? "",
      diffStat:
        additions === null || deletions === null || changedFiles === null || changeset.ownerId === null
          ? null
          : { additions, deletions, changedFiles }
    })),
    hidden: hidden?.count ?? 0,
    next: rows.length > limit ? (shown.at(-1)?.changeset.id ?? null) : null
  }
  return page
})

export const selectChangesets = (db: Drizzle, options: ListChangesets) =>
  db
    .select({
      changeset: getTableColumns(changesets),
      repository: repositories.name,
      archived: associations.archived,
      specTitle: changesetSpecs.title,
      specBaseRef: changesetSpecs.baseRef,
      additions: changesetSpecs.additions,
      deletions: changesetSpecs.deletions,
      changedFiles: changesetSpecs.changedFiles
    })
    .from(associations)
    .innerJoin(changesets, eq(changesets.id, associations.changesetId))
    .innerJoin(repositories, eq(repositories.id, changesets.repositoryId))
    .leftJoin(changesetSpecs, eq(changesetSpecs.id, changesets.currentSpecId))
    .leftJoin(repositoryMembers, memberOf(options.actorId))
    .where(
      and(
        matching(options),
        mayRead(options.actorId),
        options.after === undefined ? undefined : gt(associations.changesetId, options.after)
      )
    )
    .orderBy(asc(associations.changesetId))
    .limit(options.limit ?? 100)

const countHidden = (db: Drizzle, options: ListChangesets) =>
  db
    .select({ count: count() })
    .from(associations)
    .innerJoin(changesets, eq(changesets.id, associations.changesetId))
    .innerJoin(repositories, eq(repositories.id, changesets.repositoryId))
    .leftJoin(repositoryMembers, memberOf(options.actorId))
    // what it is searched for would tell what is not shown
    .where(and(matching({ ...options, search: undefined }), not(mayRead(options.actorId) ?? sql`true`)))

const matching = ({ archived = false, batchChangeId, ...filter }: ListChangesets): SQL | undefined => {
  const { checkStates, repositoryId, reviewStates, search, states } = filter
  const part = `%${(search ?? "").replaceAll(/[\\%_]/gu, "\\$&")}%`
  return and(
    eq(associations.batchChangeId, batchChangeId),
    eq(associations.archived, archived),
    states === undefined ? undefined : inArray(changesets.computedState, [...states]),
    checkStates === undefined ? undefined : inArray(changesets.checkState, [...checkStates]),
    reviewStates === undefined ? undefined : inArray(changesets.reviewState, [...reviewStates]),
    repositoryId === undefined ? undefined : eq(changesets.repositoryId, repositoryId),
    search === undefined || search.trim() === ""
      ? undefined
      : or(
          ilike(repositories.name, part),
          ilike(changesets.headRef, part),
          ilike(sql`coalesce(${changesets.externalTitle}, ${changesetSpecs.title})`, part)
        )
  )
}
