/**
 * A merge request of GitLab's, as Drover sees it. Pure.
 */
import type { CheckState, HostPullRequest, MergeableState, ReviewState } from "../HostPullRequest.ts"
import { withoutDraft } from "./draftTitle.ts"
import { unescapeActions } from "./quickActions.ts"
import type { Approvals, MergeRequest } from "./schemas.ts"

export interface SeenMergeRequest {
  readonly request: MergeRequest
  readonly baseSha: string | null
  readonly archived: boolean
  /** Null where this GitLab has none. */
  readonly approvals: Approvals | null
}

export const hostPullRequest = ({ approvals, archived, baseSha, request }: SeenMergeRequest): HostPullRequest => {
  const draft = isDraft(request)
  const state = request.state === "merged" ? "merged" : request.state === "closed" ? "closed" : "open"
  const checkState = checkStateOf(request.head_pipeline?.status)
  return {
    externalId: String(request.iid),
    url: request.web_url ?? null,
    title: draft ? withoutDraft(request.title) : request.title,
    body: unescapeActions(request.description ?? ""),
    baseRef: request.target_branch,
    headRef: request.source_branch,
    baseSha,
    headSha: request.sha ?? null,
    state,
    draft,
    mergeableState: mergeableStateOf(request, draft, checkState),
    // GitLab says that there are some, and not which
    conflictedPaths: [],
    checkState,
    reviewState: reviewStateOf(request, approvals),
    labels: request.labels,
    // of one that was merged by moving the branch on, the head is all that there is
    mergeCommitSha:
      state === "merged" ? (request.merge_commit_sha ?? request.squash_commit_sha ?? request.sha ?? null) : null,
    archived,
    updatedAt: new Date(request.updated_at)
  }
}

export const isDraft = ({ draft, work_in_progress }: MergeRequest): boolean => draft ?? work_in_progress ?? false

const pipelines: Readonly<Record<string, CheckState>> = {
  success: "success",
  skipped: "success",
  failed: "failure",
  canceled: "error",
  canceling: "error"
}

/** What is not known to have ended has not. */
const checkStateOf = (status: string | undefined): CheckState =>
  status === undefined ? "expected" : (pipelines[status] ?? "pending")

const statuses: Readonly<Record<string, MergeableState>> = {
  mergeable: "clean",
  can_be_merged: "clean",
  conflict: "dirty",
  cannot_be_merged: "dirty",
  broken_status: "dirty",
  draft_status: "draft",
  need_rebase: "behind",
  checking: "unknown",
  cannot_be_merged_recheck: "unknown",
  cannot_be_merged_rechecking: "unknown",
  unchecked: "unknown",
  preparing: "unknown",
  approvals_syncing: "unknown"
}

/** All else that GitLab says, and will say, is a rule that holds it back. */
const mergeableStateOf = (request: MergeRequest, draft: boolean, checkState: CheckState): MergeableState => {
  if (draft) return "draft"
  const state = statuses[request.detailed_merge_status ?? request.merge_status ?? "unchecked"] ?? "blocked"
  return state === "clean" && (checkState === "failure" || checkState === "error") ? "unstable" : state
}

const reviewStateOf = ({ detailed_merge_status }: MergeRequest, approvals: Approvals | null): ReviewState => {
  if (detailed_merge_status === "requested_changes") return "changes_requested"
  if (approvals === null) return detailed_merge_status === "not_approved" ? "review_required" : null
  const required = (approvals.approvals_required ?? 0) > 0
  if (required) return approvals.approved === true ? "approved" : "review_required"
  return (approvals.approved_by ?? []).length > 0 ? "approved" : null
}
