/**
 * What GitLab's REST API shows of people, projects and merge requests.
 */
import type { ForgePullRequest, ForgeRepository, ForgeUser, ForgeView } from "../forge/index.ts"

export const userJson = (api: string, { id, login }: ForgeUser) => ({
  id,
  username: login,
  name: login,
  state: "active",
  locked: false,
  avatar_url: null,
  web_url: `${api}/${login}`
})

/** A project has one way of merging: here that of a branch that only moves on, where it takes no merge commits. */
export const mergeMethodOf = ({ mergeMethods }: ForgeRepository): "merge" | "ff" =>
  mergeMethods.includes("merge") ? "merge" : "ff"

export const projectJson = (api: string, repository: ForgeRepository) => ({
  id: repository.id,
  name: repository.name,
  path: repository.name,
  path_with_namespace: `${repository.owner}/${repository.name}`,
  web_url: `${api}/${repository.owner}/${repository.name}`,
  http_url_to_repo: `${api}/${repository.owner}/${repository.name}.git`,
  default_branch: repository.defaultBranch,
  visibility: repository.private ? "private" : "public",
  archived: repository.archived,
  merge_requests_enabled: true,
  merge_method: mergeMethodOf(repository),
  squash_option: "default_off",
  created_at: repository.createdAt.toISOString()
})

const states = { open: "opened", closed: "closed", merged: "merged" } as const

const pipelines: Readonly<Record<string, string>> = {
  error: "canceled",
  failure: "failed",
  pending: "running",
  success: "success"
}

const statusOf = (pullRequest: ForgePullRequest, view: ForgeView, needsRebase: boolean): string => {
  if (pullRequest.state !== "open") return "not_open"
  if (pullRequest.draft) return "draft_status"
  if (view.clean === null) return "checking"
  if (!view.clean) return "conflict"
  if (needsRebase || view.mergeableState === "behind") return "need_rebase"
  if (view.mergeableState !== "blocked") return "mergeable"
  if (view.reviewState === "changes_requested") return "requested_changes"
  if (view.reviewState === "review_required") return "not_approved"
  return view.checkState === "pending" ? "ci_still_running" : "ci_must_pass"
}

export const mergeRequestJson = (
  api: string,
  repository: ForgeRepository,
  pullRequest: ForgePullRequest,
  view: ForgeView,
  { needsRebase, squashed }: { readonly needsRebase: boolean; readonly squashed: boolean }
) => {
  const { autoMerge, draft, headRef, headSha, mergeCommitSha, number, title } = pullRequest
  const status = pipelines[view.checkState]
  const moved = mergeCommitSha === headSha
  return {
    id: pullRequest.id,
    iid: number,
    project_id: repository.id,
    title: draft ? `Draft: ${title}` : title,
    description: pullRequest.body === "" ? null : pullRequest.body,
    state: states[pullRequest.state],
    created_at: pullRequest.createdAt.toISOString(),
    updated_at: pullRequest.updatedAt.toISOString(),
    merged_at: pullRequest.mergedAt?.toISOString() ?? null,
    closed_at: pullRequest.mergedAt === null ? (pullRequest.closedAt?.toISOString() ?? null) : null,
    target_branch: pullRequest.baseRef,
    source_branch: headRef,
    source_project_id: repository.id,
    target_project_id: repository.id,
    author: userJson(api, pullRequest.author),
    assignees: [],
    reviewers: [...pullRequest.reviewers.values()].map((user) => userJson(api, user)),
    labels: [...pullRequest.labels.values()].map(({ name }) => name),
    draft,
    work_in_progress: draft,
    merge_when_pipeline_succeeds: autoMerge !== null,
    merge_status: view.clean === null ? "checking" : view.clean ? "can_be_merged" : "cannot_be_merged",
    detailed_merge_status: statusOf(pullRequest, view, needsRebase),
    has_conflicts: view.clean === false,
    sha: headSha,
    merge_commit_sha: squashed || moved ? null : mergeCommitSha,
    squash_commit_sha: squashed ? mergeCommitSha : null,
    head_pipeline: status === undefined ? null : { id: pullRequest.id, sha: headSha, status },
    diff_refs: { base_sha: view.baseSha, head_sha: headSha, start_sha: view.baseSha },
    rebase_in_progress: false,
    merge_error: null,
    web_url: `${api}/${repository.owner}/${repository.name}/-/merge_requests/${number}`
  }
}
