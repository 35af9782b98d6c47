/**
 * How far the steps of a workspace are, and what comes next. Pure.
 */
import type { Step } from "../../spec/BatchSpec.ts"
import type { ChangedPaths, StepResult, WorkspaceResult } from "../WorkspaceResult.ts"
import { readOutputs } from "./readOutputs.ts"
import { type RenderedStep, renderStep, Unrendered } from "./renderStep.ts"
import { noPaths, type StepsSoFar, stepScope, type StepSurroundings, withStep } from "./StepScope.ts"

export interface StepState extends StepsSoFar {
  /** Of the cache: stands for all that was done. */
  readonly key: string
  /** Of all steps so far. */
  readonly results: ReadonlyArray<StepResult>
  /** Against the base. */
  readonly diff: Uint8Array
  /** What else there is that the next step finds; see `StepSnapshot`. */
  readonly emptyFolders: ReadonlyArray<string>
}

/** Before the first step. */
export const begin = (key: string, steps: ReadonlyArray<Step>): StepState => ({
  key,
  results: [],
  diff: new Uint8Array(),
  emptyFolders: [],
  changedPaths: noPaths,
  stdout: "",
  stderr: "",
  outputs: Object.fromEntries(steps.flatMap(({ outputs = {} }) => Object.keys(outputs).map((name) => [name, null])))
})

/** Undefined: the step's condition does not hold. */
export const nextOf = (
  state: StepState,
  step: Step,
  surroundings: StepSurroundings
): RenderedStep | Unrendered | undefined => renderStep(step, stepScope(surroundings, state))

export const skipped = (state: StepState): StepState => ({
  ...state,
  results: [
    ...state.results,
    { command: null, exitCode: null, stdout: "", stderr: "", durationMillis: 0, changedPaths: noPaths }
  ]
})

/** What there is after a step that ended well. */
export interface StepDone {
  readonly key: string
  readonly result: StepResult
  /** By all steps. */
  readonly changedPaths: ChangedPaths
  readonly diff: Uint8Array
  readonly emptyFolders: ReadonlyArray<string> | undefined
}

export const after = (
  state: StepState,
  step: Step,
  surroundings: StepSurroundings,
  { changedPaths, diff, emptyFolders = [], key, result }: StepDone
): StepState | Unrendered => {
  const scope = withStep(stepScope(surroundings, state), result)
  const outputs = readOutputs(step.outputs ?? {}, scope)
  if (outputs instanceof Unrendered) return outputs
  return {
    key,
    results: [...state.results, result],
    diff,
    emptyFolders,
    changedPaths,
    stdout: result.stdout,
    stderr: result.stderr,
    outputs: { ...state.outputs, ...outputs }
  }
}

export const resultOf = ({ changedPaths, outputs, results }: StepState): WorkspaceResult => ({
  steps: results,
  outputs,
  changedPaths
})
