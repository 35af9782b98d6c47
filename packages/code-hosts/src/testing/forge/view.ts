/**
 * What a pull request comes to: tips, conflicts and counts from git, the rest from the rules of its branch.
 */
import type { CheckState, MergeableState, ReviewState } from "../../HostPullRequest.ts"
import { mergedTree } from "./commits.ts"
import type { Mergeability } from "./Forge.ts"
import { commitsBetween, diffTotals, isAncestor } from "./git.ts"
import type { ForgePullRequest, ForgeProtection, ForgeRepository, ForgeStatus, ForgeView } from "./model.ts"

/** @param mergeability How fresh what is said of conflicts is. */
export const viewOf = async (
  repository: ForgeRepository,
  pullRequest: ForgePullRequest,
  mergeability: Mergeability
): Promise<ForgeView> => {
  const { baseSha, headSha } = pullRequest
  const { commits, totals } = await countsOf(repository, pullRequest)
  const protection = repository.protections.get(pullRequest.baseRef)
  const statuses = [...(repository.statuses.get(headSha)?.values() ?? [])]
  const checkState = checkStateOf(statuses, protection)
  const reviewState = reviewStateOf(pullRequest, protection)
  const clean = pullRequest.state === "open" ? await cleanOf(repository, pullRequest, mergeability) : null
  const behind =
    pullRequest.state === "open" &&
    protection?.upToDate === true &&
    !(await isAncestor(repository.path, baseSha, headSha))
  return {
    baseSha,
    headSha,
    clean,
    mergeableState: mergeableStateOf({ pullRequest, clean, behind, checkState, reviewState, protection, statuses }),
    checkState,
    reviewState,
    commits,
    changedFiles: totals.files.length,
    additions: totals.additions,
    deletions: totals.deletions
  }
}

interface Counts {
  readonly tips: string
  readonly totals: Awaited<ReturnType<typeof diffTotals>>
  readonly commits: number
}

/** The same for the same tips. */
const counted = new WeakMap<ForgePullRequest, Counts>()

const countsOf = async ({ path }: ForgeRepository, pullRequest: ForgePullRequest): Promise<Counts> => {
  const { baseSha, headSha } = pullRequest
  const tips = `${baseSha} ${headSha}`
  const before = counted.get(pullRequest)
  if (before?.tips === tips) return before
  const totals = await diffTotals(path, baseSha, headSha)
  const counts = { tips, totals, commits: (await commitsBetween(path, baseSha, headSha)).length }
  counted.set(pullRequest, counts)
  return counts
}

/** Hosts compute it behind their users' backs: a read after a push may give nothing, or what held before. */
const cleanOf = async (repository: ForgeRepository, pullRequest: ForgePullRequest, mergeability: Mergeability) => {
  const tips = `${pullRequest.baseSha} ${pullRequest.headSha}`
  const before = pullRequest.mergeability
  if (before?.tips === tips) return before.clean
  const clean = (await mergedTree(repository.path, pullRequest.baseSha, pullRequest.headSha)) !== undefined
  pullRequest.mergeability = { tips, clean }
  if (mergeability === "late") return null
  if (mergeability === "stale") return before?.clean ?? null
  return clean
}

const checkStateOf = (statuses: ReadonlyArray<ForgeStatus>, protection: ForgeProtection | undefined): CheckState => {
  const states = new Set(statuses.map(({ state }) => state))
  for (const state of ["error", "failure", "pending"] as const) if (states.has(state)) return state
  const reported = new Set(statuses.map(({ context }) => context))
  const missing = protection?.checks.some((check) => !reported.has(check)) ?? false
  return states.size === 0 || missing ? "expected" : "success"
}

const reviewStateOf = (pullRequest: ForgePullRequest, protection: ForgeProtection | undefined): ReviewState => {
  const last = new Map<string, string>()
  for (const { author, state } of pullRequest.reviews) if (state !== "commented") last.set(author.login, state)
  const states = [...last.values()]
  if (states.includes("changes_requested")) return "changes_requested"
  const approvals = states.filter((state) => state === "approved").length
  if (protection !== undefined && protection.approvals > 0) {
    return approvals >= protection.approvals ? "approved" : "review_required"
  }
  return approvals > 0 ? "approved" : null
}

interface Judged {
  readonly pullRequest: ForgePullRequest
  readonly clean: boolean | null
  readonly behind: boolean
  readonly checkState: CheckState
  readonly reviewState: ReviewState
  readonly protection: ForgeProtection | undefined
  readonly statuses: ReadonlyArray<ForgeStatus>
}

const mergeableStateOf = (judged: Judged): MergeableState => {
  const { behind, checkState, clean, protection, pullRequest, reviewState } = judged
  if (pullRequest.state !== "open") return "unknown"
  if (pullRequest.draft) return "draft"
  if (clean === null) return "unknown"
  if (!clean) return "dirty"
  if (reviewState === "review_required" || (protection !== undefined && reviewState === "changes_requested")) {
    return "blocked"
  }
  if (missesChecks(judged)) return "blocked"
  if (behind) return "behind"
  return checkState === "success" || checkState === "expected" ? "clean" : "unstable"
}

/** Whether a check that its branch demands has not succeeded. */
export const missesChecks = ({ protection, statuses }: Pick<Judged, "protection" | "statuses">): boolean => {
  const succeeded = new Set(statuses.filter(({ state }) => state === "success").map(({ context }) => context))
  return protection?.checks.some((check) => !succeeded.has(check)) ?? false
}
