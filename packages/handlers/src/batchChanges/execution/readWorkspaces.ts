/**
 * Reads the workspaces of a spec, and what came of them.
 */
import { Database } from "@drover/core"
import { and, asc, eq, getTableColumns, gt } from "drizzle-orm"
import { Effect } from "effect"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"
import { repositories } from "../../schema/repositories.ts"
import type { WorkspaceResult } from "./WorkspaceResult.ts"

/** @category options */
export interface ReadWorkspaces {
  readonly batchSpecId: number
  /** The last id of the page before. Defaults to the first page. */
  readonly after?: number | undefined
  /** Rows of a page, from 1. Defaults to 100. */
  readonly limit?: number | undefined
}

/** What came of the steps in one workspace. @category models */
export interface CompletedWorkspace {
  readonly id: number
  readonly repositoryId: number
  readonly repository: string
  readonly branch: string
  readonly baseSha: string
  readonly path: string
  readonly searchResultPaths: ReadonlyArray<string>
  readonly result: WorkspaceResult
  /** From the root of the repository, even of a workspace further down; empty: nothing changed. */
  readonly diff: Uint8Array
}

/** A page of those that are completed, in the order of their ids. Served by `batch_spec_workspaces_spec_idx`. @category operations */
export const readWorkspaceResults = Effect.fn("BatchChanges.readWorkspaceResults")(function* (options: ReadWorkspaces) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({
        id: table.id,
        repositoryId: table.repositoryId,
        repository: repositories.name,
        branch: table.branch,
        baseSha: table.baseSha,
        path: table.path,
        searchResultPaths: table.searchResultPaths,
        result: table.result,
        diff: table.diff
      })
      .from(table)
      .innerJoin(repositories, eq(repositories.id, table.repositoryId))
      .where(and(inPage(options), eq(table.state, "completed")))
      .orderBy(asc(table.id))
      .limit(options.limit ?? 100)
  )
  return rows.flatMap(({ diff, result, ...row }): ReadonlyArray<CompletedWorkspace> =>
    diff === null || result === null ? [] : [{ ...row, result, diff }]
  )
})

/** What people see of a workspace: whose turn it is, why it failed, its logs; not its diff. @category models */
export type WorkspaceView = Omit<typeof table.$inferSelect, "result" | "diff"> & { readonly repository: string }

/** A page of all, in the order of their ids. Served by `batch_spec_workspaces_spec_idx`. @category operations */
export const listWorkspaces = Effect.fn("BatchChanges.listWorkspaces")(function* (options: ReadWorkspaces) {
  const { run } = yield* Database
  const { diff: _diff, result: _result, ...shown } = getTableColumns(table)
  return yield* run((db) =>
    db
      .select({ ...shown, repository: repositories.name })
      .from(table)
      .innerJoin(repositories, eq(repositories.id, table.repositoryId))
      .where(inPage(options))
      .orderBy(asc(table.id))
      .limit(options.limit ?? 100)
  )
})

const inPage = ({ after = 0, batchSpecId }: ReadWorkspaces) =>
  and(eq(table.batchSpecId, batchSpecId), gt(table.id, after))
