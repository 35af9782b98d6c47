import { Database, type Drizzle } from "@drover/core"
import { asc, desc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { checkRuns, checkSuites } from "../schema/checks.ts"

/** The latest attempt of each name in a suite. Served by `check_runs_suite_idx`. */
export const selectLatestInSuite = (db: Drizzle, suiteId: number) =>
  db
    .selectDistinctOn([checkRuns.name])
    .from(checkRuns)
    .where(eq(checkRuns.suiteId, suiteId))
    .orderBy(asc(checkRuns.name), desc(checkRuns.id))

export const latestInSuite = (suiteId: number) =>
  Database.use(({ run }) => run((db) => selectLatestInSuite(db, suiteId)))

/** Whether a suite ended is asked by one at a time. */
export const holdSuite = (suiteId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(checkSuites).where(eq(checkSuites.id, suiteId)).for("no key update")),
      ([suite]) => suite
    )
  )
