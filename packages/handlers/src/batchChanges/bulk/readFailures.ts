/**
 * Reads why jobs of bulk operations failed, with the changesets that they are about.
 */
import { Database, type Drizzle, type WorkState } from "@drover/core"
import { and, asc, eq, isNotNull, sql } from "drizzle-orm"
import { Effect } from "effect"
import { mayRead, memberOf } from "../../access/mayRead.ts"
import type { ActorId } from "../../access/requireRole.ts"
import { changesetJobs } from "../../schema/bulkOperations.ts"
import { changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { repositoryMembers } from "../../schema/users.ts"

/** @category models */
export interface BulkFailure {
  readonly changesetId: number
  readonly repository: string
  /** The pull request, as its host names it; null: there is none. */
  readonly externalId: string | null
  readonly externalUrl: string | null
  readonly message: string
  /** `errored`, `queued` and `processing`: it is tried again. */
  readonly state: WorkState
}

interface Failures {
  readonly operationId: number
  readonly limit: number
  readonly actorId: ActorId
}

/** In the order of the changesets. Served by `changeset_jobs_changeset_key` and primary keys. */
export const selectFailures = (db: Drizzle, { actorId, limit, operationId }: Failures) => {
  // of one that is tried again, why it is
  const message = sql<string>`coalesce(${changesetJobs.failureMessage}, case
    when ${changesetJobs.state} in ('queued', 'processing') then ${changesetJobs.previousFailureMessage} end)`
  return db
    .select({
      changesetId: changesetJobs.changesetId,
      repository: repositories.name,
      externalId: changesets.externalId,
      externalUrl: changesets.externalUrl,
      message,
      state: changesetJobs.state
    })
    .from(changesetJobs)
    .innerJoin(changesets, eq(changesets.id, changesetJobs.changesetId))
    .innerJoin(repositories, eq(repositories.id, changesets.repositoryId))
    .leftJoin(repositoryMembers, memberOf(actorId))
    .where(and(eq(changesetJobs.bulkOperationId, operationId), isNotNull(message), mayRead(actorId)))
    .orderBy(asc(changesetJobs.changesetId))
    .limit(limit)
}

/** Of repositories that the actor may not read there are none: they are counted, and not shown. */
export const readFailures = (failures: Failures) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => selectFailures(db, failures)),
      (rows): ReadonlyArray<BulkFailure> => rows
    )
  )
