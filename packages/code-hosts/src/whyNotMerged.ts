import type { NotMergeableReason } from "./CodeHostError.ts"
import type { HostPullRequest } from "./HostPullRequest.ts"

/**
 * Why a host did not merge: by the pull request as it is now, and by the host's words where that does not tell. Status
 * codes differ from host to host, and within one. Pure.
 *
 * @category decisions
 */
export const whyNotMerged = (
  seen: HostPullRequest,
  words: string,
  expectedHead: string | undefined
): NotMergeableReason => {
  if (seen.state !== "open") return seen.state
  if (expectedHead !== undefined && seen.headSha !== expectedHead) return "head moved"
  if (seen.draft || seen.mergeableState === "draft") return "draft"
  if (/(merge commits|squash merges|rebase merges|merge method|merge strategy).* not allowed/i.test(words))
    return "method"
  if (seen.mergeableState === "dirty") return "conflict"
  if (/required status check|checks? (is|are|have) |pipeline|(required|successful) builds?\b/i.test(words))
    return "checks pending"
  if (seen.mergeableState === "blocked" || seen.mergeableState === "behind") return "blocked"
  if (/was modified|head (sha|branch)/i.test(words)) return "head moved"
  if (/conflict/i.test(words)) return "conflict"
  if (/review|approv|out.of.date|protected/i.test(words)) return "blocked"
  return "other"
}
