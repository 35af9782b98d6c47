/**
 * Keeps the copies of hosted repositories up to date: those first that were not looked at for longest.
 */
import { Database, DatabaseClock, type Drizzle } from "@drover/core"
import { setDefaultBranch } from "@drover/git"
import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm"
import { type Duration, Effect } from "effect"
import type { Repository } from "../../repositories/findRepository.ts"
import { repositories } from "../../schema/repositories.ts"
import { ago } from "../ago.ts"
import { bringBranches } from "./bringBranches.ts"

/** @category options */
export interface BringHostedBranches {
  /** Which were brought longer ago than this. Defaults to 5 minutes. */
  readonly olderThan?: Duration.Input | undefined
  /** Repositories. Defaults to 50. */
  readonly limit?: number | undefined
  /** How many at a time. Defaults to 4. */
  readonly concurrency?: number | undefined
}

const r = repositories

/** Served by `repositories_brought_idx`. */
export const selectStale = (db: Drizzle, before: SQL, limit: number) =>
  db
    .select({ id: r.id })
    .from(r)
    .where(
      and(
        isNotNull(r.externalServiceType),
        isNull(r.deletedAt),
        sql`(${r.broughtAt} is null or ${r.broughtAt} <= ${before})`
      )
    )
    .orderBy(sql`${r.broughtAt} nulls first`)
    .limit(limit)
    .for("no key update", { skipLocked: true })

/**
 * Any number of workers may do it at once: each repository is one's. One that cannot be brought says why in
 * `bring_error`, waits for its next turn, and holds up no other. What moved is recorded as missed pushes are.
 *
 * Gives how many were brought.
 *
 * @category operations
 */
export const bringHostedBranches = Effect.fn("Repositories.bringHosted")(function* ({
  concurrency = 4,
  limit = 50,
  olderThan = "5 minutes"
}: BringHostedBranches = {}) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const before = ago(clock, olderThan)
  const taken = yield* run((db) =>
    db
      .update(r)
      .set({ broughtAt: clock })
      .where(sql`${r.id} = any(array(${selectStale(db, before, limit)}))`)
      .returning()
  )
  const brought = yield* Effect.forEach(taken, bringOne, { concurrency })
  return brought.filter((was) => was).length
})

const bringOne = Effect.fnUntraced(function* (repository: Repository) {
  const outcome = yield* Effect.result(
    Effect.tap(bringBranches(repository), (branch) =>
      branch === null || branch === repository.defaultBranch
        ? Effect.void
        : setDefaultBranch({ repository: repository.path, branch })
    )
  )
  const failed = outcome._tag === "Failure"
  const { run } = yield* Database
  yield* run((db) =>
    db
      .update(r)
      .set(
        failed
          ? { bringError: outcome.failure.message.slice(0, 2000) }
          : { bringError: null, defaultBranch: outcome.success ?? repository.defaultBranch }
      )
      .where(eq(r.id, repository.id))
  )
  if (failed) {
    yield* Effect.logWarning("Cannot bring the branches of a repository", outcome.failure).pipe(
      Effect.annotateLogs({ repository: repository.name })
    )
  }
  return !failed
})
