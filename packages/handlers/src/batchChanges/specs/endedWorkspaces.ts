/**
 * Reads what the steps of a spec gave, or why they did not.
 */
import { Database } from "@drover/core"
import { and, asc, eq, inArray, ne } from "drizzle-orm"
import { Effect } from "effect"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"
import { repositories } from "../../schema/repositories.ts"
import type { EndedWorkspace } from "./changesetScope.ts"
import type { SpecProblem } from "./SpecError.ts"

/** Those of some repositories, in the order of their branches and folders. Served by `batch_spec_workspaces_spec_idx`. */
export const endedWorkspaces = Effect.fnUntraced(function* (batchSpecId: number, repositoryIds: ReadonlyArray<number>) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({
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
      .where(
        and(
          eq(table.batchSpecId, batchSpecId),
          inArray(table.repositoryId, [...repositoryIds]),
          eq(table.state, "completed")
        )
      )
      .orderBy(asc(table.repositoryId), asc(table.branch), asc(table.path), asc(table.id))
  )
  return rows.flatMap(({ diff, result, ...row }): ReadonlyArray<EndedWorkspace> =>
    result === null ? [] : [{ ...row, result, diff: diff ?? new Uint8Array() }]
  )
})

/** Why steps failed, workspace by workspace. Served by `batch_spec_workspaces_spec_idx`. */
export const readFailures = Effect.fnUntraced(function* (batchSpecId: number) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({
        repository: repositories.name,
        path: table.path,
        state: table.state,
        failureMessage: table.failureMessage
      })
      .from(table)
      .innerJoin(repositories, eq(repositories.id, table.repositoryId))
      .where(and(eq(table.batchSpecId, batchSpecId), ne(table.state, "completed")))
      .orderBy(asc(table.id))
  )
  return rows.map(({ failureMessage, path, repository, state }): SpecProblem => ({
    repository,
    path,
    message: failureMessage ?? `its steps were ${state}`
  }))
})
