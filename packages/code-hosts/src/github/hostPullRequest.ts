/**
 * A pull request of GitHub's GraphQL, as Drover sees it. Pure.
 */
import type { CheckState, HostPullRequest, MergeableState, ReviewState } from "../HostPullRequest.ts"
import type { PullRequestNode } from "./documents.ts"

const states = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const

export const hostPullRequest = (node: PullRequestNode): HostPullRequest => ({
  externalId: String(node.number),
  handle: node.id,
  url: node.url,
  title: node.title,
  body: node.body,
  baseRef: node.baseRefName,
  headRef: node.headRefName,
  baseSha: node.baseRef?.target?.oid ?? null,
  headSha: node.headRef?.target?.oid ?? null,
  state: states[node.state],
  draft: node.isDraft,
  mergeableState: mergeableStateOf(node.mergeStateStatus),
  // GitHub says that there are some, and not which
  conflictedPaths: [],
  checkState: checkStateOf(node.commits?.nodes?.at(-1)?.commit.statusCheckRollup?.state),
  reviewState: reviewStateOf(node),
  labels: present(node.labels?.nodes).map(({ name }) => name),
  mergeCommitSha: node.mergeCommit?.oid ?? null,
  archived: node.repository.isArchived,
  updatedAt: new Date(node.updatedAt)
})

const present = <A>(items: ReadonlyArray<A | null> | null | undefined): ReadonlyArray<A> =>
  (items ?? []).filter((item) => item !== null)

const mergeableStates: Readonly<Record<string, MergeableState>> = {
  BEHIND: "behind",
  BLOCKED: "blocked",
  CLEAN: "clean",
  DIRTY: "dirty",
  DRAFT: "draft",
  // it can be merged; scripts of an enterprise server will have their say
  HAS_HOOKS: "clean",
  UNSTABLE: "unstable"
}

const mergeableStateOf = (status: string | undefined): MergeableState => mergeableStates[status ?? ""] ?? "unknown"

const checkStates: Readonly<Record<string, CheckState>> = {
  ERROR: "error",
  FAILURE: "failure",
  PENDING: "pending",
  SUCCESS: "success"
}

const checkStateOf = (state: string | undefined): CheckState => checkStates[state ?? ""] ?? "expected"

const decisions: Readonly<Record<string, ReviewState>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  REVIEW_REQUIRED: "review_required"
}

/** GitHub decides only where a branch demands reviews; elsewhere what reviewers said last does. */
const reviewStateOf = ({ latestOpinionatedReviews, reviewDecision }: PullRequestNode): ReviewState => {
  const decision = decisions[reviewDecision ?? ""]
  if (decision !== undefined) return decision
  const said = new Set(present(latestOpinionatedReviews?.nodes).map(({ state }) => state))
  if (said.has("CHANGES_REQUESTED")) return "changes_requested"
  return said.has("APPROVED") ? "approved" : null
}
