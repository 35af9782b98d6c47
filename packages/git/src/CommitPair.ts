/**
 * @since 0.1.0
 */
import type { Oid } from "./Oid.ts"

/**
 * Two commits of one repository that are compared: the tip that a pull request
 * goes into, and the tip that it brings.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommitPair {
  /** Path of the bare repository. */
  readonly repository: string
  readonly base: Oid
  readonly head: Oid
}
