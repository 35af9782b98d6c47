/**
 * Reads jobs, for people: one of them, or the newest.
 */
import { and, desc, eq, inArray, lt } from "drizzle-orm"
import { Effect } from "effect"
import { Database } from "../database/Database.ts"
import { checked, positiveWhole } from "../options/checks.ts"
import type { WorkState } from "../table/WorkState.ts"
import { type JobRow, jobs } from "./jobsTable.ts"

/** @category options */
export interface ListJobs {
  /** Defaults to every kind. */
  readonly kind?: string | undefined
  /** Defaults to every state. */
  readonly states?: ReadonlyArray<WorkState> | undefined
  /** The id of a page's last job: those before it are given. Defaults to the newest. */
  readonly before?: number | undefined
  /** At least 1. Defaults to 30. */
  readonly limit?: number | undefined
}

/**
 * The newest first, by id. Fails with `InvalidOptions` where the limit is no positive whole number.
 *
 * A walk down the primary key, which stops when the page is full: where few of many jobs match, it passes over the others.
 * An index for each kind and state would cost every enqueue more than it would save a person.
 *
 * @category operations
 */
export const listJobs = Effect.fn("Jobs.list")(function* ({ before, kind, limit = 30, states }: ListJobs = {}) {
  const { control } = yield* Database
  const count = yield* checked(() => positiveWhole("listJobs", "limit", limit))
  return yield* control((db) =>
    db
      .select()
      .from(jobs)
      .where(
        and(
          before === undefined ? undefined : lt(jobs.id, before),
          kind === undefined ? undefined : eq(jobs.kind, kind),
          states === undefined ? undefined : inArray(jobs.state, [...states])
        )
      )
      .orderBy(desc(jobs.id))
      .limit(count)
  )
})

/** Gives undefined where there is none, or none any more. Served by the primary key. @category operations */
export const findJob = (id: number) =>
  Database.use(({ control }) =>
    Effect.map(
      control((db) => db.select().from(jobs).where(eq(jobs.id, id))),
      ([row]): JobRow | undefined => row
    )
  )
