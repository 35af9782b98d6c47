/**
 * How far the workspaces of a spec are.
 */
import { Database } from "@drover/core"
import { count, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"

/** @category models */
export interface WorkspaceProgress {
  readonly total: number
  /** Waiting for their first attempt, or for one after a failure. */
  readonly queued: number
  readonly processing: number
  readonly completed: number
  /** Of those that are completed, how many ran nothing: the same had been done before. */
  readonly cached: number
  readonly failed: number
  readonly canceled: number
  /** Nothing more will happen. */
  readonly ended: boolean
}

/** One statement. Served by `batch_spec_workspaces_spec_idx`. @category operations */
export const workspacesOf = Effect.fn("BatchChanges.workspacesOf")(function* (batchSpecId: number) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({
        state: table.state,
        count: count(),
        cached: sql`count(*) filter (where ${table.cached})`.mapWith(Number)
      })
      .from(table)
      .where(eq(table.batchSpecId, batchSpecId))
      .groupBy(table.state)
  )
  const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
  const queued = of("queued") + of("errored")
  const processing = of("processing")
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    queued,
    processing,
    completed: of("completed"),
    cached: rows.reduce((sum, row) => sum + row.cached, 0),
    failed: of("failed"),
    canceled: of("canceled"),
    ended: queued + processing === 0
  } satisfies WorkspaceProgress
})
