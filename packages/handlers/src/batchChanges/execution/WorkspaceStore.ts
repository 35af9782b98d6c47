/**
 * The queue of workspaces whose steps are to run, for whoever enqueues and for the workers.
 */
import { WorkStore } from "@drover/core"
import { Context, Layer } from "effect"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"

/** Not what comes of it: a diff may be large. */
const record = {
  id: table.id,
  batchSpecId: table.batchSpecId,
  repositoryId: table.repositoryId,
  branch: table.branch,
  baseSha: table.baseSha,
  path: table.path,
  onlyFetchWorkspace: table.onlyFetchWorkspace,
  searchResultPaths: table.searchResultPaths
}

/** @category models */
export type WorkspaceRecord = { readonly [Key in keyof typeof record]: (typeof table.$inferSelect)[Key] }

const make = WorkStore.make({
  name: "batch_spec_workspaces",
  table,
  record,
  stalledMaxAge: "60 seconds",
  maxNumResets: 5
})

/** First queued, first run. @category services */
export class WorkspaceStore extends Context.Service<
  WorkspaceStore,
  WorkStore.WorkStore<WorkspaceRecord, number, "batch_spec_workspaces", typeof table.$inferInsert>
>()("@drover/handlers/batchChanges/WorkspaceStore") {
  static readonly layer = Layer.effect(WorkspaceStore, make)
}
