/**
 * Whether a push may do to a branch what it asks for. Pure, and of plain types: the hook of a repository runs it too.
 */
import { pickProtection } from "../protection/matchPattern.ts"

/** What a protection says about pushes. */
export interface PushRules {
  readonly id: number
  readonly pattern: string
  readonly requirePullRequest: boolean
  readonly allowForcePushes: boolean
  readonly allowDeletions: boolean
}

export interface AskedMove {
  readonly ref: string
  readonly deleted: boolean
  /** Whether commits that the branch has would be lost. */
  readonly forced: boolean
}

/**
 * Why not, and what to do instead; undefined where it may. An admin need not open a pull request, but forces and
 * deletes nothing that is not allowed to everybody.
 */
export const refusal = (move: AskedMove, protections: ReadonlyArray<PushRules>, isAdmin: boolean) => {
  if (!move.ref.startsWith("refs/heads/")) return undefined
  const branch = move.ref.slice("refs/heads/".length)
  const rules = pickProtection(protections, branch)
  if (rules === undefined) return undefined
  const why =
    rules.pattern === branch ? `${branch} is protected` : `${branch} is protected by the pattern ${rules.pattern}`
  if (move.deleted) {
    return rules.allowDeletions ? undefined : `${why} and cannot be deleted: an admin can allow deletions there first`
  }
  if (move.forced && !rules.allowForcePushes) {
    return `${why} and would lose commits: fetch and rebase or merge first, or have an admin allow forced pushes`
  }
  return rules.requirePullRequest && !isAdmin
    ? `${why}: push another branch and open a pull request into ${branch}`
    : undefined
}
