/**
 * What one git process is asked, and what it answers.
 *
 * @since 0.1.0
 */
import type { Duration } from "effect"

/**
 * One git process.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitCommand {
  /**
   * The subcommand and its arguments, as they are: no shell reads them. Whatever comes from
   * outside goes behind `--end-of-options` or `--`, or through `stdin`.
   */
  readonly args: readonly [subcommand: string, ...rest: ReadonlyArray<string>]
  /** Path of the bare repository. Left out by the few commands that need none. */
  readonly repository?: string | undefined
  /** Defaults to no input at all. */
  readonly stdin?: string | Uint8Array | undefined
  /** Added to the scrubbed environment, and nothing else is. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Exit codes that are answers and not failures. Defaults to 0 alone. */
  readonly answers?: ReadonlyArray<number> | undefined
  /** Defaults to the deadline of the `Git` service. */
  readonly deadline?: Duration.Input | undefined
}

/**
 * What a git process answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitOutput {
  readonly exitCode: number
  /** Raw, since file names need not be UTF-8. */
  readonly stdout: Uint8Array
  /** The last 16 KiB, as text. */
  readonly stderr: string
}
