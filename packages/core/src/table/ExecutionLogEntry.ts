/**
 * One step of an attempt, kept on the record for people to read.
 *
 * @category models
 */
export interface ExecutionLogEntry {
  /** What the step is, stable over attempts, for example `git.merge-tree`. */
  readonly key: string
  readonly command: ReadonlyArray<string>
  /** ISO 8601. */
  readonly startTime: string
  readonly exitCode?: number | undefined
  readonly out?: string | undefined
  readonly durationMs?: number | undefined
}
