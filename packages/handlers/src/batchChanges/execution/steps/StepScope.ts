/**
 * What the templates of a step may name. Pure.
 */
import type { Scope } from "../../template/render.ts"
import type { ChangedPaths } from "../WorkspaceResult.ts"

/** Where the steps run, and for which batch change. */
export interface StepSurroundings {
  readonly repository: string
  readonly branch: string
  readonly path: string
  readonly searchResultPaths: ReadonlyArray<string>
  readonly batchChange: { readonly name: string; readonly description: string }
}

/** What the steps before have done. */
export interface StepsSoFar {
  /** By all of them, since the base. */
  readonly changedPaths: ChangedPaths
  /** Of the last that ran; empty before the first. */
  readonly stdout: string
  readonly stderr: string
  /** By name. Null: the step that gives it did not run yet, or its condition did not hold. */
  readonly outputs: Readonly<Record<string, unknown>>
}

export const noPaths: ChangedPaths = { modified: [], added: [], deleted: [], renamed: [] }

/** `previous_step` has the paths that all steps before it changed, as `steps` has. */
export const stepScope = (surroundings: StepSurroundings, soFar: StepsSoFar): Scope => ({
  repository: {
    name: surroundings.repository,
    branch: surroundings.branch,
    search_result_paths: surroundings.searchResultPaths
  },
  batch_change: surroundings.batchChange,
  previous_step: { ...pathsOf(soFar.changedPaths), stdout: soFar.stdout, stderr: soFar.stderr },
  steps: { ...pathsOf(soFar.changedPaths), path: surroundings.path },
  outputs: soFar.outputs
})

/** What a step's own outputs may name as well: `step` has the paths that this step alone changed. */
export const withStep = (
  scope: Scope,
  step: { readonly changedPaths: ChangedPaths; readonly stdout: string; readonly stderr: string }
): Scope => ({ ...scope, step: { ...pathsOf(step.changedPaths), stdout: step.stdout, stderr: step.stderr } })

const pathsOf = ({ added, deleted, modified, renamed }: ChangedPaths) => ({
  modified_files: modified,
  added_files: added,
  deleted_files: deleted,
  renamed_files: renamed
})
