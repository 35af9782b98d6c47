/**
 * Reads what a job is about, and asks whether it may be done now, by whoever asked for it.
 */
import {
  type Claim,
  Database,
  type DatabaseError,
  type Drizzle,
  PermanentError,
  RetryableError,
  Snooze
} from "@drover/core"
import { and, eq, lt, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Forbidden, RepositoryUnknown } from "../../access/AccessError.ts"
import { requireRole } from "../../access/requireRole.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesetJobs } from "../../schema/bulkOperations.ts"
import { changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import type { BatchChangeUnknown } from "../apply/ApplyError.ts"
import type { BulkJob } from "./BulkJob.ts"
import type { ChangesetJob } from "./BulkStore.ts"
import { requireBatchChange } from "./requireBatchChange.ts"

export type NotNow = PermanentError | RetryableError | Snooze | BatchChangeUnknown | Forbidden | RepositoryUnknown

/** Roles are asked for now, not remembered from when the operation was made. Served by the primary keys. */
export const loadJob = Effect.fnUntraced(function* (
  claim: Claim<ChangesetJob>
): Effect.fn.Return<BulkJob, NotNow | DatabaseError, Database> {
  const { run } = yield* Database
  const { batchChangeId, byOperator, changesetId, userId } = claim.record
  if (!byOperator && userId === null) {
    return yield* new PermanentError({ reason: "The user who asked for it is gone: resume it as somebody else" })
  }
  const actorId = byOperator ? undefined : (userId ?? undefined)
  yield* afterOthers(claim)
  const [found] = yield* run((db) =>
    db
      .select({
        changeset: changesets,
        repository: repositories,
        spec: { kind: changesetSpecs.kind, published: changesetSpecs.published }
      })
      .from(changesets)
      .innerJoin(repositories, eq(repositories.id, changesets.repositoryId))
      .leftJoin(changesetSpecs, eq(changesetSpecs.id, changesets.currentSpecId))
      .where(eq(changesets.id, changesetId))
  )
  if (found === undefined) return yield* new PermanentError({ reason: `There is no changeset ${changesetId}` })
  if (found.repository.deletedAt !== null) {
    return yield* new PermanentError({ reason: `The repository ${found.repository.name} is gone` })
  }
  yield* requireBatchChange(batchChangeId, actorId)
  yield* requireRole(actorId, found.repository, "read")
  if (found.changeset.reconcilerState === "processing") {
    return yield* new RetryableError({
      reason: "cannot update a changeset that is currently being processed; will retry"
    })
  }
  return { claim, ...found }
})

/** Between looks whether another job is done. */
const OTHERS_TIME = "1 second"

/** Of two jobs that are at work on one changeset, the one that was asked for later waits. */
const afterOthers = Effect.fnUntraced(function* ({ id, record }: Claim<ChangesetJob>) {
  const { run } = yield* Database
  const [other] = yield* run((db) => selectOthers(db, { id, changesetId: record.changesetId }))
  if (other !== undefined) {
    return yield* new Snooze({ for: OTHERS_TIME, reason: `job ${other.id} is at work on the same changeset` })
  }
})

/** Served by `changeset_jobs_changeset_idx`, or by `changeset_jobs_processing_idx` where fewer jobs are at work. */
export const selectOthers = (db: Drizzle, { changesetId, id }: Pick<ChangesetJob, "changesetId" | "id">) =>
  db
    .select({ id: changesetJobs.id })
    .from(changesetJobs)
    .where(
      and(
        eq(changesetJobs.changesetId, changesetId),
        lt(changesetJobs.id, id),
        sql`${changesetJobs.state} = 'processing'`
      )
    )
    .limit(1)
