/**
 * What the templates of a changeset may name. Pure.
 */
import type { WorkspaceResult } from "../execution/WorkspaceResult.ts"
import type { BatchSpec } from "../spec/BatchSpec.ts"
import type { Scope } from "../template/render.ts"

/** Where steps ran, and what they gave. */
export interface EndedWorkspace {
  readonly repositoryId: number
  readonly repository: string
  readonly branch: string
  readonly baseSha: string
  readonly path: string
  readonly searchResultPaths: ReadonlyArray<string>
  readonly result: WorkspaceResult
  readonly diff: Uint8Array
}

export const changesetScope = (
  spec: BatchSpec,
  { branch, path, repository, result, searchResultPaths }: Omit<EndedWorkspace, "diff">
): Scope => ({
  repository: { name: repository, branch, search_result_paths: searchResultPaths },
  batch_change: { name: spec.name, description: spec.description ?? "" },
  steps: {
    path,
    modified_files: result.changedPaths.modified,
    added_files: result.changedPaths.added,
    deleted_files: result.changedPaths.deleted,
    renamed_files: result.changedPaths.renamed
  },
  outputs: result.outputs
})

/** It is filled in when the pull request is written: only then is there a batch change to link to. */
export const laterScope: Scope = { batch_change_link: "${{ batch_change_link }}" }
