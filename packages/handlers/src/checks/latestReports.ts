/**
 * What counts of a commit: the latest status of each context, and the latest attempt of each check run.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, asc, desc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { checkRuns, commitStatuses } from "../schema/checks.ts"
import type { CheckReport } from "../standing/checkRollup.ts"

/** @category options */
export interface OfCommit {
  readonly repositoryId: number
  readonly sha: string
}

/** Served by `commit_statuses_latest_idx`, which has them in this order. */
export const selectLatestStatuses = (db: Drizzle, { repositoryId, sha }: OfCommit) =>
  db
    .selectDistinctOn([commitStatuses.context])
    .from(commitStatuses)
    .where(and(eq(commitStatuses.repositoryId, repositoryId), eq(commitStatuses.sha, sha)))
    .orderBy(asc(commitStatuses.context), desc(commitStatuses.id))

/** Served by `check_runs_latest_idx`, which has them in this order. */
export const selectLatestRuns = (db: Drizzle, { repositoryId, sha }: OfCommit) =>
  db
    .selectDistinctOn([checkRuns.name])
    .from(checkRuns)
    .where(and(eq(checkRuns.repositoryId, repositoryId), eq(checkRuns.headSha, sha)))
    .orderBy(asc(checkRuns.name), desc(checkRuns.id))

export const latestReports = Effect.fnUntraced(function* (commit: OfCommit) {
  const { run } = yield* Database
  const statuses = yield* run((db) => selectLatestStatuses(db, commit))
  const runs = yield* run((db) => selectLatestRuns(db, commit))
  return [
    ...statuses.map(({ context, state }): CheckReport => ({ _tag: "Status", name: context, state })),
    ...runs.map(({ conclusion, name, status }): CheckReport => ({ _tag: "Run", name, status, conclusion }))
  ]
})
