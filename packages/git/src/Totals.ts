/**
 * @since 0.1.0
 */

/**
 * The size of a change, in lines and files.
 *
 * @category models
 * @since 0.1.0
 */
export interface DiffTotals {
  readonly additions: number
  readonly deletions: number
  /** A renamed file counts once; a binary one counts here and adds no lines. */
  readonly changedFiles: number
  readonly binaryFiles: number
}
