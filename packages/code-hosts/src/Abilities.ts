/**
 * What a host can do, as data: a plan is made from it without asking the host.
 */

/** @category models */
export type MergeMethod = "merge" | "squash" | "rebase"

/** @category models */
export interface Abilities {
  /** Pull requests can be drafts, and cease to be. */
  readonly drafts: boolean
  /** A pull request that is ready can be made a draft again. */
  readonly redraft: boolean
  /** A closed pull request can be opened again. */
  readonly reopen: boolean
  readonly labels: boolean
  readonly mergeMethods: ReadonlyArray<MergeMethod>
  /** A comment that is sent twice with one key is made once. Where false, a caller that may have sent it looks for its marker (`hasComment`). */
  readonly idempotentComments: boolean
  /** How long after a push the host needs until its pull requests show it. Defaults to 3,000; 0: no time. */
  readonly settleMillis?: number
  /** The host can be told to merge once its rules let it. Left out: no. */
  readonly autoMerge?: boolean | undefined
  /** The host can merge the base into the head. Left out: no. */
  readonly updateBranch?: boolean | undefined
  /** People can be asked for reviews. Left out: no. */
  readonly reviewers?: boolean | undefined
  /** Many pull requests come in one answer. Left out: no. */
  readonly loadMany?: boolean | undefined
}
