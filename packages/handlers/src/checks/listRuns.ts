/**
 * Lists the check runs of a commit.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, asc, count, desc, eq, type SQL } from "drizzle-orm"
import { Effect } from "effect"
import { requireRepository } from "../repositories/findRepository.ts"
import { type CheckRunStatus, checkRuns } from "../schema/checks.ts"
import { offsetOf, type Page } from "./Page.ts"
import type { ReadCommit } from "./statuses.ts"

/** @category options */
export interface ListRuns extends ReadCommit, Page {
  /** `latest`: one of each name. Defaults to that. */
  readonly filter?: "latest" | "all" | undefined
  readonly name?: string | undefined
  /** Asked of what the filter leaves. */
  readonly status?: CheckRunStatus | undefined
}

/** By name, the latest first, with how many there are on all pages. Served by `check_runs_latest_idx`. @category operations */
export const listRuns = Effect.fn("Checks.listRuns")(function* (options: ListRuns) {
  const { run } = yield* Database
  yield* requireRepository(options.repositoryId, options.actorId, "read")
  const { limit, offset } = yield* offsetOf(options)
  const [counted] = yield* run((db) => {
    const listed = selectRuns(db, options)
    return db.select({ total: count() }).from(listed)
  })
  const items = yield* run((db) => {
    const listed = selectRuns(db, options)
    return db.select().from(listed).orderBy(asc(listed.name), desc(listed.id)).limit(limit).offset(offset)
  })
  return { total: counted?.total ?? 0, items }
})

/** A superseded attempt is gone before its status is asked for: else it would come back as the latest of that status. */
export const selectRuns = (db: Drizzle, { filter = "latest", name, repositoryId, sha, status }: ListRuns) => {
  const own: ReadonlyArray<SQL | undefined> = [
    eq(checkRuns.repositoryId, repositoryId),
    eq(checkRuns.headSha, sha),
    name === undefined ? undefined : eq(checkRuns.name, name)
  ]
  const order = [asc(checkRuns.name), desc(checkRuns.id)] as const
  const named = (
    filter === "latest"
      ? db
          .selectDistinctOn([checkRuns.name])
          .from(checkRuns)
          .where(and(...own))
          .orderBy(...order)
      : db
          .select()
          .from(checkRuns)
          .where(and(...own))
  ).as("named")
  return db
    .select()
    .from(named)
    .where(status === undefined ? undefined : eq(named.status, status))
    .as("listed")
}
