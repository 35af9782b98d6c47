/**
 * Gives the workspaces of a spec to the workers, and takes them back.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, inArray, isNull } from "drizzle-orm"
import { Effect } from "effect"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"
import type { ResolvedWorkspace } from "../resolve/ResolvedSpec.ts"
import { WorkspaceStore } from "./WorkspaceStore.ts"

/** Rows of one statement. */
const AT_ONCE = 500

/** @category options */
export interface EnqueueWorkspaces {
  readonly batchSpecId: number
  readonly workspaces: ReadonlyArray<ResolvedWorkspace>
}

/**
 * Writes the workspaces of a spec, says that it is resolved, and wakes a worker when that commits. Those that bring
 * their diff are completed at once. Joins the ambient transaction. Does nothing for a spec that was resolved before.
 *
 * @category operations
 */
export const enqueueWorkspaces = Effect.fn("BatchChanges.enqueueWorkspaces")(function* ({
  batchSpecId,
  workspaces
}: EnqueueWorkspaces) {
  const { run, transaction } = yield* Database
  const store = yield* WorkspaceStore
  const clock = yield* DatabaseClock
  const rows = workspaces.map((workspace) => {
    const { baseSha, branch, onlyFetchWorkspace, path, ready, repositoryId, searchResultPaths } = workspace
    return {
      batchSpecId,
      repositoryId,
      branch,
      baseSha,
      path,
      onlyFetchWorkspace,
      searchResultPaths,
      ...(ready === undefined
        ? {}
        : { state: "completed" as const, finishedAt: clock, result: ready.result, diff: ready.diff })
    }
  })
  yield* transaction(
    Effect.gen(function* () {
      const resolved = yield* run((db) =>
        db
          .update(batchSpecs)
          .set({ resolvedAt: clock })
          .where(and(eq(batchSpecs.id, batchSpecId), isNull(batchSpecs.resolvedAt)))
          .returning({ id: batchSpecs.id })
      )
      if (resolved.length === 0) return
      for (let at = 0; at < rows.length; at += AT_ONCE) {
        yield* run((db) => db.insert(table).values(rows.slice(at, at + AT_ONCE)))
      }
      yield* store.wake
    })
  )
})

/** Those that wait are canceled at once, those that run are stopped. Served by `batch_spec_workspaces_spec_idx`. @category operations */
export const cancelWorkspaces = Effect.fn("BatchChanges.cancelWorkspaces")(function* (batchSpecId: number) {
  const store = yield* WorkspaceStore
  return yield* store.cancel(yield* idsIn(batchSpecId, ["queued", "errored", "processing"]))
})

/** Queues again those that failed or were canceled; gives how many. Served by `batch_spec_workspaces_spec_idx`. @category operations */
export const retryWorkspaces = Effect.fn("BatchChanges.retryWorkspaces")(function* (batchSpecId: number) {
  const store = yield* WorkspaceStore
  const ids = yield* idsIn(batchSpecId, ["failed", "canceled"])
  const queued = yield* Effect.forEach(ids, (id) => store.requeue(id))
  return queued.filter(Boolean).length
})

const idsIn = Effect.fnUntraced(function* (
  batchSpecId: number,
  states: ReadonlyArray<(typeof table.$inferSelect)["state"]>
) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({ id: table.id })
      .from(table)
      .where(and(eq(table.batchSpecId, batchSpecId), inArray(table.state, [...states])))
  )
  return rows.map(({ id }) => id)
})
