/**
 * Reads the changesets that a bulk operation is for, and all that decides whether it is offered for each.
 */
import type { CheckState, ReviewState } from "@drover/code-hosts"
import { Database, type Drizzle } from "@drover/core"
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm"
import { Effect } from "effect"
import { mayRead, memberOf } from "../../access/mayRead.ts"
import type { ActorId } from "../../access/requireRole.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesetAssociations as associations, changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { repositoryMembers } from "../../schema/users.ts"
import { publishedOf } from "../changesets/observe.ts"
import { CodeHosts } from "../host/CodeHosts.ts"
import type { ComputedState } from "../states.ts"
import { ChangesetsNotFound } from "./BulkOperationError.ts"
import type { OfferFacts } from "./offered.ts"

/** Of a batch change's changesets, those for which all that is said holds. Defaults to all. @category options */
export interface ChangesetFilter {
  readonly states?: ReadonlyArray<ComputedState> | undefined
  readonly checkStates?: ReadonlyArray<CheckState> | undefined
  readonly reviewStates?: ReadonlyArray<Exclude<ReviewState, null>> | undefined
  readonly repositoryId?: number | undefined
  /** Whether the batch change has put it away. */
  readonly archived?: boolean | undefined
}

/** @category options */
export type ChangesetChoice =
  | { readonly changesetIds: ReadonlyArray<number>; readonly matching?: undefined }
  | { readonly changesetIds?: undefined; readonly matching: ChangesetFilter }

/** Whose, which, and for whom. */
export type Choose = ChangesetChoice & { readonly batchChangeId: number; readonly actorId?: ActorId }

/** Served by `changeset_associations_batch_change_idx` and primary keys. */
export const selectChosen = (db: Drizzle, { actorId, batchChangeId, changesetIds, matching: filter = {} }: Choose) => {
  return db
    .select({
      id: changesets.id,
      reconciler: changesets.reconcilerState,
      external: changesets.externalState,
      headSha: changesets.externalHeadSha,
      closing: changesets.closing,
      archived: associations.archived,
      specKind: changesetSpecs.kind,
      published: changesetSpecs.published,
      repository: repositories
    })
    .from(associations)
    .innerJoin(changesets, eq(changesets.id, associations.changesetId))
    .innerJoin(repositories, and(eq(repositories.id, changesets.repositoryId), isNull(repositories.deletedAt)))
    .leftJoin(changesetSpecs, eq(changesetSpecs.id, changesets.currentSpecId))
    .leftJoin(repositoryMembers, memberOf(actorId))
    .where(
      and(
        eq(associations.batchChangeId, batchChangeId),
        mayRead(actorId),
        changesetIds === undefined
          ? undefined
          : sql`${associations.changesetId} = any(${sql.param(changesetIds)}::bigint[])`,
        filter.states === undefined ? undefined : inArray(changesets.computedState, [...filter.states]),
        filter.checkStates === undefined ? undefined : inArray(changesets.checkState, [...filter.checkStates]),
        filter.reviewStates === undefined ? undefined : inArray(changesets.reviewState, [...filter.reviewStates]),
        filter.repositoryId === undefined ? undefined : eq(changesets.repositoryId, filter.repositoryId),
        filter.archived === undefined ? undefined : eq(associations.archived, filter.archived)
      )
    )
    .orderBy(asc(associations.changesetId))
}

/** A changeset that was chosen. */
export interface Chosen {
  readonly id: number
  readonly facts: OfferFacts
  /** The head that people see; null while the changeset is being worked on, when they cannot know it. */
  readonly headSha: string | null
}

/** Fails where one that was named is not to be found: nobody means to leave out what they name. */
export const chooseChangesets = Effect.fnUntraced(function* ({
  closed,
  ...choose
}: Choose & Pick<OfferFacts, "closed">) {
  const { run } = yield* Database
  const hosts = yield* CodeHosts
  const rows = yield* run((db) => selectChosen(db, choose))
  if (choose.changesetIds !== undefined) {
    const found = new Set(rows.map(({ id }) => id))
    const missing = choose.changesetIds.filter((id) => !found.has(id))
    if (missing.length > 0) return yield* new ChangesetsNotFound({ changesetIds: missing })
  }
  return rows.map(
    ({ archived, closing, external, headSha, id, published, reconciler, repository, specKind }): Chosen => {
      const facts: OfferFacts = {
        reconciler,
        external,
        archived,
        closed,
        closing,
        published: specKind === "branch" ? publishedOf(published) : undefined,
        abilities: hosts.abilities(repository)
      }
      return { id, facts, headSha: reconciler === "completed" ? headSha : null }
    }
  )
})
