/**
 * A pull request, as `--json` prints it. docs/guides/cli.md has the shape.
 */
import type { PullRequestView } from "@drover/handlers"

export const pullRequestJson = (pull: PullRequestView) => ({
  id: pull.id,
  repository: pull.repositoryName,
  number: pull.number,
  title: pull.title,
  body: pull.body,
  state: pull.state,
  draft: pull.draft,
  author: pull.author?.login ?? null,
  base: pull.baseRef,
  head: pull.headRef,
  baseSha: pull.baseSha,
  headSha: pull.headSha,
  mergeable: pull.mergeable,
  mergeableState: pull.mergeableState,
  mergeableReason: pull.mergeableReason,
  rebaseable: pull.rebaseable,
  conflictedPaths: pull.conflictedPaths,
  reviewDecision: pull.reviewDecision,
  checks: pull.checkRollup,
  commits: pull.commits,
  behindBy: pull.behindBy,
  additions: pull.additions,
  deletions: pull.deletions,
  changedFiles: pull.changedFiles,
  mergedBy: pull.mergedBy?.login ?? null,
  mergeCommitSha: pull.mergeCommitSha,
  mergedAt: pull.mergedAt,
  closedAt: pull.closedAt,
  createdAt: pull.createdAt,
  updatedAt: pull.updatedAt
})
