/**
 * What the steps of a spec gave in one workspace. Its diff is kept apart, as bytes.
 */

/** @category models */
export interface StepResult {
  /** As the shell was given it, templates filled in. Null: its condition did not hold, and nothing ran. */
  readonly command: string | null
  readonly exitCode: number | null
  /** Its beginning and its end, without secrets. */
  readonly stdout: string
  readonly stderr: string
  readonly durationMillis: number
  /** By this step alone. */
  readonly changedPaths: ChangedPaths
}

/** Paths by what became of them since the base. @category models */
export interface ChangedPaths {
  readonly modified: ReadonlyArray<string>
  readonly added: ReadonlyArray<string>
  readonly deleted: ReadonlyArray<string>
  readonly renamed: ReadonlyArray<string>
}

/** @category models */
export interface WorkspaceResult {
  readonly steps: ReadonlyArray<StepResult>
  /** Of all steps, by name. */
  readonly outputs: Readonly<Record<string, unknown>>
  readonly changedPaths: ChangedPaths
}
