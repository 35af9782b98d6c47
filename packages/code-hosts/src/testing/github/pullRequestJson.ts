import type { ForgePullRequest, ForgeRepository, ForgeView } from "../forge/index.ts"
import { repositoryJson } from "./repositoryJson.ts"
import { associationOf, labelJson, repositoryUrl, time, timeOrNull, userJson } from "./shapes.ts"

/** A pull request in a list. */
export const simplePullRequestJson = (api: string, repository: ForgeRepository, pullRequest: ForgePullRequest) => {
  const { autoMerge, number, state } = pullRequest
  const url = `${repositoryUrl(api, repository)}/pulls/${number}`
  const issue = `${repositoryUrl(api, repository)}/issues/${number}`
  const page = `${api}/${repository.owner}/${repository.name}/pull/${number}`
  const statuses = `${repositoryUrl(api, repository)}/statuses/${pullRequest.headSha}`
  const repo = repositoryJson(api, repository)
  const side = (ref: string, sha: string) => ({
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: repo.owner,
    repo
  })
  return {
    url,
    id: pullRequest.id,
    node_id: `PR_${pullRequest.id}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(api, repository)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number,
    state: state === "open" ? "open" : "closed",
    locked: false,
    title: pullRequest.title,
    user: userJson(api, pullRequest.author),
    body: pullRequest.body === "" ? null : pullRequest.body,
    labels: [...pullRequest.labels.values()].map((label) => labelJson(api, repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: time(pullRequest.createdAt),
    updated_at: time(pullRequest.updatedAt),
    closed_at: timeOrNull(pullRequest.closedAt),
    merged_at: timeOrNull(pullRequest.mergedAt),
    merge_commit_sha: pullRequest.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [...pullRequest.reviewers.values()].map((user) => userJson(api, user)),
    requested_teams: [],
    head: side(pullRequest.headRef, pullRequest.headSha),
    base: side(pullRequest.baseRef, pullRequest.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(api, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses }
    },
    author_association: associationOf(repository, pullRequest.author),
    auto_merge:
      autoMerge === null
        ? null
        : {
            enabled_by: userJson(api, autoMerge.by),
            merge_method: autoMerge.method,
            commit_title: "",
            commit_message: ""
          },
    draft: pullRequest.draft
  }
}

/** A pull request that was asked for itself. */
export const pullRequestJson = (
  api: string,
  repository: ForgeRepository,
  pullRequest: ForgePullRequest,
  view: ForgeView
) => ({
  ...simplePullRequestJson(api, repository, pullRequest),
  merged: pullRequest.state === "merged",
  mergeable: view.clean,
  rebaseable: view.clean,
  mergeable_state: view.mergeableState,
  merged_by: pullRequest.mergedBy === null ? null : userJson(api, pullRequest.mergedBy),
  comments: pullRequest.comments.length,
  review_comments: 0,
  maintainer_can_modify: false,
  commits: view.commits,
  additions: view.additions,
  deletions: view.deletions,
  changed_files: view.changedFiles
})
