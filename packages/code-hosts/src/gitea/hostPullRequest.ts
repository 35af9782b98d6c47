/**
 * A pull request of Gitea's, as Drover sees it. Pure.
 */
import type { CheckState, HostPullRequest, MergeableState, ReviewState } from "../HostPullRequest.ts"
import type { Conflicts } from "../remote/readConflicts.ts"
import { readTitle } from "./draftTitle.ts"
import type { Branch, CombinedStatus, Pull, Reviews } from "./schemas.ts"

/** What is asked for beside the pull request itself; null: it was not, or is not there. */
export interface Surroundings {
  readonly status: typeof CombinedStatus.Type | null
  readonly reviews: NonNullable<typeof Reviews.Type>
  readonly branch: typeof Branch.Type | null
  /** By git. */
  readonly conflicts: Conflicts | null
}

export const hostPullRequest = (pull: typeof Pull.Type, around: Surroundings): HostPullRequest => {
  const { draft, title } = readTitle(pull.title, pull.draft)
  const state = pull.merged === true ? "merged" : pull.state === "open" ? "open" : "closed"
  const reviewState = reviewStateOf(around)
  const checkState = checkStateOf(around)
  const judged = { pull, around, draft, checkState, reviewState }
  return {
    externalId: String(pull.number),
    url: pull.html_url ?? null,
    title,
    body: pull.body ?? "",
    baseRef: branchOf(pull.base),
    headRef: branchOf(pull.head),
    baseSha: shaOf(pull.base),
    headSha: shaOf(pull.head),
    state,
    draft,
    mergeableState: state === "open" ? mergeableStateOf(judged) : "unknown",
    conflictedPaths: state === "open" ? (around.conflicts?.paths ?? []) : [],
    checkState,
    reviewState,
    labels: (pull.labels ?? []).map(({ name }) => name),
    mergeCommitSha: state === "merged" ? (pull.merge_commit_sha ?? null) : null,
    archived: pull.base.repo?.archived === true,
    updatedAt: new Date(pull.updated_at ?? 0)
  }
}

type Side = (typeof Pull.Type)["head"]

/** `refs/pull/7/head` where the branch is gone. */
const isGone = ({ label, ref }: Side) => ref.startsWith("refs/pull/") && label !== ref

const branchOf = (side: Side): string =>
  isGone(side) ? (side.label ?? side.ref).replace(/^[^:]*:/, "") : side.ref.replace(/^refs\/heads\//, "")

const shaOf = (side: Side): string | null => (isGone(side) || !side.sha ? null : side.sha)

const checkStates: Readonly<Record<string, CheckState>> = {
  error: "error",
  failure: "failure",
  // it is no success where a branch demands one
  warning: "failure",
  pending: "pending",
  success: "success",
  skipped: "success"
}

const checkStateOf = ({ branch, status }: Surroundings): CheckState => {
  const statuses = status?.statuses ?? []
  if (statuses.length === 0) return "expected"
  const state = checkStates[status?.state ?? ""] ?? "pending"
  const reported = statuses.map(({ context }) => context ?? "")
  const missing = requiredOf(branch).some((wanted) => !reported.some((context) => matches(wanted, context)))
  return missing && state === "success" ? "expected" : state
}

const requiredOf = (branch: Surroundings["branch"]): ReadonlyArray<string> =>
  branch?.enable_status_check === true ? (branch.status_check_contexts ?? []) : []

/** Branches may name checks by a pattern. */
const matches = (pattern: string, context: string): boolean => {
  const source = pattern
    .replaceAll(/[.+^${}()|\\[\]]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
  return new RegExp(`^${source}$`).test(context)
}

/** What each reviewer said last. */
const reviewStateOf = ({ branch, reviews }: Surroundings): ReviewState => {
  const last = new Map<string, { readonly state: string; readonly official: boolean }>()
  for (const { dismissed, official, state, user } of reviews) {
    const said = state ?? ""
    if (dismissed === true || (said !== "APPROVED" && said !== "REQUEST_CHANGES")) continue
    last.set(user?.login ?? "", { state: said, official: official === true })
  }
  const said = [...last.values()]
  if (said.some(({ state }) => state === "REQUEST_CHANGES")) return "changes_requested"
  const wanted = branch?.required_approvals ?? 0
  if (wanted > 0) return said.filter(({ official }) => official).length >= wanted ? "approved" : "review_required"
  return said.length > 0 ? "approved" : null
}

interface Judged {
  readonly pull: typeof Pull.Type
  readonly around: Surroundings
  readonly draft: boolean
  readonly checkState: CheckState
  readonly reviewState: ReviewState
}

/** That it does not merge is believed of git alone: Gitea also says so while it computes. */
const mergeableStateOf = ({ around, checkState, draft, pull, reviewState }: Judged): MergeableState => {
  const { branch, conflicts, status } = around
  if (draft) return "draft"
  if (conflicts !== null && conflicts.paths.length > 0) return "dirty"
  if (pull.mergeable !== true) return "unknown"
  if (reviewState === "review_required" || (branch?.protected === true && reviewState === "changes_requested")) {
    return "blocked"
  }
  const succeeded = (status?.statuses ?? []).filter(({ status: state }) => state === "success")
  const isMet = (wanted: string) => succeeded.some(({ context }) => matches(wanted, context ?? ""))
  if (!requiredOf(branch).every(isMet)) return "blocked"
  return checkState === "success" || checkState === "expected" ? "clean" : "unstable"
}
