/**
 * How steps are run.
 */
import type { Duration, Effect, Redacted } from "effect"
import type { Step } from "../../spec/BatchSpec.ts"
import type { StepResult } from "../WorkspaceResult.ts"
import type { StepSurroundings } from "./StepScope.ts"

/** What an operator decides. @category options */
export interface StepSettings {
  /** Whether what was done before is used again. What is done is kept in any case. Defaults to true. */
  readonly cache?: boolean | undefined
  /** Of a step that names none. Defaults to 10 minutes. */
  readonly timeout?: Duration.Input | undefined
  /** Kept of each output of a step, half of it from the beginning and half from the end. Defaults to 256 KiB. */
  readonly maxOutputBytes?: number | undefined
  /** Of all steps in one workspace. Defaults to 32 MiB. */
  readonly maxDiffBytes?: number | undefined
  /** Never to be seen in outputs and logs, wherever a step has them from. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted> | undefined
}

export interface RunSteps<E> extends StepSurroundings {
  /** Path of the bare repository. */
  readonly repositoryPath: string
  readonly baseSha: string
  readonly onlyFetchWorkspace: boolean
  readonly steps: ReadonlyArray<Step>
  readonly settings: StepSettings
  readonly log: StepLog<E>
}

/** Told of each step that runs; not of those that were done before. */
export interface StepLog<E> {
  /** `step` counts from 1. */
  readonly begun: (step: number, command: string) => Effect.Effect<void, E>
  /** However it ended: also before a failure. */
  readonly ended: (step: number, end: StepEnd) => Effect.Effect<void, E>
}

/** Without secrets. */
export type StepEnd = Pick<StepResult, "exitCode" | "stdout" | "stderr" | "durationMillis">
