/**
 * A pull request of Bitbucket's, as Drover sees it. Pure.
 */
import type { CheckState, HostPullRequest, MergeableState, PullRequestState, ReviewState } from "../HostPullRequest.ts"
import { branchOf } from "./BitbucketServerContext.ts"
import type { BuildStats, Mergeability, Pull, Settings } from "./schemas.ts"

/** What is asked for beside the pull request itself; null: it was not, or is not there. */
export interface Surroundings {
  readonly builds: typeof BuildStats.Type | null
  readonly mergeability: typeof Mergeability.Type | null
  /** Asked for where something stands in the way. */
  readonly settings: typeof Settings.Type | null
  readonly conflictedPaths: ReadonlyArray<string>
}

const states: Readonly<Record<string, PullRequestState>> = { OPEN: "open", MERGED: "merged", DECLINED: "closed" }

export const hostPullRequest = (pull: Pull, around: Surroundings): HostPullRequest => {
  const state = states[pull.state] ?? "closed"
  const draft = pull.draft === true
  const checkState = checkStateOf(around.builds)
  return {
    externalId: String(pull.id),
    url: pull.links?.self?.[0]?.href ?? null,
    title: pull.title,
    body: pull.description ?? "",
    baseRef: branchOf(pull.toRef.id),
    headRef: branchOf(pull.fromRef.id),
    baseSha: pull.toRef.latestCommit ?? null,
    headSha: pull.fromRef.latestCommit ?? null,
    state,
    draft,
    mergeableState: state === "open" ? mergeableStateOf(around.mergeability, draft, checkState) : "unknown",
    conflictedPaths: around.conflictedPaths,
    checkState,
    reviewState: reviewStateOf(pull, around.settings),
    labels: [],
    mergeCommitSha: state === "merged" ? (pull.properties?.mergeCommit?.id ?? null) : null,
    archived: pull.toRef.repository?.archived === true,
    updatedAt: new Date(pull.updatedDate ?? 0)
  }
}

/** Builds that were cancelled say nothing of the commit, and are no success either. */
const checkStateOf = (builds: Surroundings["builds"]): CheckState => {
  const some = (count: number | null | undefined) => (count ?? 0) > 0
  if (some(builds?.cancelled)) return "error"
  if (some(builds?.failed)) return "failure"
  if (some(builds?.inProgress) || some(builds?.unknown)) return "pending"
  return some(builds?.successful) ? "success" : "expected"
}

export const isConflicted = (mergeability: Surroundings["mergeability"]): boolean =>
  mergeability?.conflicted === true || mergeability?.outcome === "CONFLICTED"

const mergeableStateOf = (
  mergeability: Surroundings["mergeability"],
  draft: boolean,
  checkState: CheckState
): MergeableState => {
  if (draft) return "draft"
  if (mergeability === null) return "unknown"
  if (isConflicted(mergeability)) return "dirty"
  if ((mergeability.vetoes ?? []).length > 0) return "blocked"
  if (mergeability.outcome === "UNKNOWN") return "unknown"
  if (mergeability.canMerge === false) return "blocked"
  return checkState === "success" || checkState === "expected" ? "clean" : "unstable"
}

/** What its reviewers say. Where nothing stands in the way, there are approvals enough. */
const reviewStateOf = ({ reviewers }: Pull, settings: Surroundings["settings"]): ReviewState => {
  const said = (reviewers ?? []).map(({ status }) => status)
  if (said.includes("NEEDS_WORK")) return "changes_requested"
  const approvals = said.filter((status) => status === "APPROVED").length
  const wanted = settings === null ? 0 : Math.max(approvalsWanted(settings), demandsAll(settings) ? said.length : 0)
  if (approvals < wanted) return "review_required"
  return approvals > 0 ? "approved" : null
}

const approvalsWanted = (settings: typeof Settings.Type): number =>
  Math.max(
    ...[
      settings.requiredApprovers,
      settings["com.atlassian.bitbucket.server.bundled-hooks.requiredApproversMergeHook"]
    ].map(countOf)
  )

/** `2`, `"2"`, or `{ "enable": true, "count": 2 }`. */
const countOf = (setting: unknown): number => {
  if (typeof setting === "object" && setting !== null) {
    const { count, enable } = setting as { readonly enable?: unknown; readonly count?: unknown }
    return enable === false ? 0 : countOf(typeof count === "object" ? undefined : count)
  }
  const count = Number(setting ?? 0)
  return Number.isSafeInteger(count) ? count : 0
}

const demandsAll = ({ requiredAllApprovers: setting }: typeof Settings.Type): boolean =>
  setting === true ||
  (typeof setting === "object" && setting !== null && (setting as { readonly enable?: unknown }).enable === true)
