/**
 * The protection of branches, as `--json` prints it, and in words. Pure.
 */
import type { Protection } from "@drover/handlers"

export const protectionJson = (protection: Protection) => ({
  id: protection.id,
  pattern: protection.pattern,
  requirePullRequest: protection.requirePullRequest,
  requiredApprovals: protection.requiredApprovals,
  dismissStaleApprovals: protection.dismissStaleApprovals,
  requireCodeOwners: protection.requireCodeOwners,
  requiredChecks: protection.requiredChecks,
  requireUpToDate: protection.requireUpToDate,
  allowForcePushes: protection.allowForcePushes,
  allowDeletions: protection.allowDeletions
})

/** Only what is not as it would be without protection. */
export const inWords = (protection: Protection): string => {
  const { requiredApprovals: approvals, requiredChecks: checks } = protection
  const rules = [
    protection.requirePullRequest ? "pull requests only" : "",
    approvals > 0 ? `${approvals} approval${approvals === 1 ? "" : "s"}` : "",
    protection.dismissStaleApprovals ? "of the head" : "",
    protection.requireCodeOwners ? "code owners" : "",
    checks.length > 0 ? `checks ${checks.join(" ")}` : "",
    protection.requireUpToDate ? "up to date" : "",
    protection.allowForcePushes ? "" : "no force pushes",
    protection.allowDeletions ? "" : "no deletion"
  ]
  return rules.filter((rule) => rule !== "").join(", ")
}
