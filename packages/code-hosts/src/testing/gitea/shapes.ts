/**
 * What Gitea shows: null where its description says list or object.
 */
import type { Forge, ForgePullRequest, ForgeRepository, ForgeStatus, ForgeUser } from "../forge/index.ts"
import { viewOf } from "../forge/index.ts"
import { branchesOf } from "../forge/git.ts"

export const time = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z")
const timeOrNull = (at: Date | null) => (at === null ? null : time(at))

export const userJson = ({ id, login }: ForgeUser) => ({
  id,
  login,
  username: login,
  full_name: "",
  email: `${login}@fake.invalid`
})

export const repositoryJson = (api: string, repository: ForgeRepository) => ({
  id: repository.id,
  owner: userJson(repository.ownedBy),
  name: repository.name,
  full_name: `${repository.owner}/${repository.name}`,
  private: repository.private,
  archived: repository.archived,
  default_branch: repository.defaultBranch,
  clone_url: `${api}/${repository.owner}/${repository.name}.git`,
  parent: null,
  internal_tracker: null,
  object_format_name: "sha1"
})

export const labelJson = ({
  color,
  description,
  id,
  name
}: ForgeRepository["labels"] extends Map<string, infer L> ? L : never) => ({
  id,
  name,
  color,
  description: description ?? "",
  exclusive: false,
  is_archived: false
})

/** A head that was deleted is shown by the ref that Gitea keeps of it. */
export const pullJson = async (forge: Forge, api: string, repository: ForgeRepository, pull: ForgePullRequest) => {
  const view = await viewOf(repository, pull, forge.mergeability)
  const there = (await branchesOf(repository.path)).has(pull.headRef)
  const shown = repositoryJson(api, repository)
  const labels = [...pull.labels.values()].map(labelJson)
  return {
    id: pull.id,
    number: pull.number,
    url: `${api}/${repository.owner}/${repository.name}/pulls/${pull.number}`,
    html_url: `${api}/${repository.owner}/${repository.name}/pulls/${pull.number}`,
    user: userJson(pull.author),
    title: pull.title,
    body: pull.body,
    labels,
    milestone: null,
    assignee: null,
    assignees: null,
    requested_reviewers: pull.reviewers.size === 0 ? null : [...pull.reviewers.values()].map(userJson),
    state: pull.state === "open" ? "open" : "closed",
    is_locked: false,
    comments: pull.comments.length,
    // while it computes, and of a draft: false
    mergeable: pull.state === "open" && !pull.draft && view.clean === true,
    merged: pull.state === "merged",
    merged_at: timeOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha,
    merged_by: pull.mergedBy === null ? null : userJson(pull.mergedBy),
    allow_maintainer_edit: false,
    base: { label: pull.baseRef, ref: pull.baseRef, sha: view.baseSha, repo_id: repository.id, repo: shown },
    head: {
      label: pull.headRef,
      ref: there ? pull.headRef : `refs/pull/${pull.number}/head`,
      sha: view.headSha,
      repo_id: repository.id,
      repo: shown
    },
    due_date: null,
    created_at: time(pull.createdAt),
    updated_at: time(pull.updatedAt),
    closed_at: timeOrNull(pull.closedAt)
  }
}

export const statusJson = ({ at, by, context, description, id, state }: ForgeStatus) => ({
  id,
  context,
  status: state,
  description: description ?? "",
  target_url: "",
  creator: userJson(by),
  created_at: time(at),
  updated_at: time(at)
})
