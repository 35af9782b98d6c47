/**
 * Merging, and what follows from where branches are: a push may merge or close a pull request, as on any host.
 */
import type { MergeMethod } from "../../Abilities.ts"
import { mergeCommit, rebaseCommits, squashCommit } from "./commits.ts"
import type { Forge } from "./Forge.ts"
import { branchesOf, isAncestor, moveBranch } from "./git.ts"
import { type ForgePullRequest, ForgeRefusal, type ForgeRepository, type ForgeUser } from "./model.ts"
import { closePullRequest, refuseArchived, tell } from "./pullRequests.ts"
import { missesChecks, viewOf } from "./view.ts"

/** @category options */
export interface ForgeMerge {
  readonly method: MergeMethod
  readonly expectedHead?: string | undefined
  readonly title?: string | undefined
  readonly message?: string | undefined
}

export const mergePullRequest = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  { expectedHead, message, method, title }: ForgeMerge
): Promise<string> => {
  refuseArchived(repository)
  const { baseSha, headSha, path } = { ...pullRequest, path: repository.path }
  if (pullRequest.state !== "open") throw new ForgeRefusal(pullRequest.state)
  if (!repository.mergeMethods.includes(method)) throw new ForgeRefusal("method")
  if (pullRequest.draft) throw new ForgeRefusal("draft")
  if (expectedHead !== undefined && expectedHead !== headSha) throw new ForgeRefusal("head moved")
  const view = await viewOf(repository, pullRequest, "exact")
  if (view.mergeableState === "blocked") {
    const statuses = [...(repository.statuses.get(headSha)?.values() ?? [])]
    const protection = repository.protections.get(pullRequest.baseRef)
    throw new ForgeRefusal(missesChecks({ protection, statuses }) ? "checks pending" : "blocked")
  }
  if (view.mergeableState === "behind") throw new ForgeRefusal("behind")

  const committer = { name: by.login, email: `${by.login}@fake.invalid`, at: forge.clock.tick() }
  const defaultTitle =
    method === "squash"
      ? `${pullRequest.title} (#${pullRequest.number})`
      : `Merge pull request #${pullRequest.number} from ${repository.owner}/${pullRequest.headRef}`
  const defaultMessage = method === "merge" ? pullRequest.title : pullRequest.body
  const text = [title ?? defaultTitle, message ?? defaultMessage].filter((part) => part !== "").join("\n\n")
  const author = { ...committer, name: pullRequest.author.login, email: `${pullRequest.author.login}@fake.invalid` }
  const made =
    method === "merge"
      ? await mergeCommit(path, baseSha, headSha, text, committer)
      : method === "squash"
        ? await squashCommit(path, baseSha, headSha, text, author, committer)
        : await rebaseCommits(path, baseSha, headSha, committer)
  if (made === undefined) throw new ForgeRefusal("conflict")
  await moveBranch(path, pullRequest.baseRef, made, baseSha)
  await becomeMerged(forge, repository, by, pullRequest, made)
  await forge.hooks.tell({ kind: "pushed", repository, by, subject: pullRequest.baseRef })
  return made
}

const becomeMerged = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  mergeCommitSha: string
) => {
  const at = forge.clock.tick()
  Object.assign(pullRequest, { state: "merged", mergedAt: at, closedAt: at, mergedBy: by, mergeCommitSha })
  pullRequest.autoMerge = null
  await tell(forge, repository, pullRequest, by, "merged")
}

/** Merges the base into the head by git, as the button of that name. */
export const updateBranch = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  expectedHead: string | undefined
): Promise<void> => {
  refuseArchived(repository)
  const { baseRef, baseSha, headRef, headSha } = pullRequest
  if (expectedHead !== undefined && expectedHead !== headSha) throw new ForgeRefusal("head moved")
  if (await isAncestor(repository.path, baseSha, headSha)) throw new ForgeRefusal("no commits")
  const committer = { name: by.login, email: `${by.login}@fake.invalid`, at: forge.clock.tick() }
  const text = `Merge branch '${baseRef}' into ${headRef}`
  const made = await mergeCommit(repository.path, headSha, baseSha, text, committer)
  if (made === undefined) throw new ForgeRefusal("conflict")
  await moveBranch(repository.path, headRef, made, headSha)
  await notice(forge, repository, by)
}

/** Sees where the branches are now, and what follows for the open pull requests. */
export const notice = async (forge: Forge, repository: ForgeRepository, by?: ForgeUser): Promise<void> => {
  const open = [...repository.pullRequests.values()].filter(({ state }) => state === "open")
  if (open.length === 0) return
  const branches = await branchesOf(repository.path)
  for (const pullRequest of open) await noticeOne(forge, repository, by, pullRequest, branches)
}

const noticeOne = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser | undefined,
  pullRequest: ForgePullRequest,
  branches: ReadonlyMap<string, string>
) => {
  const [baseSha, headSha] = [branches.get(pullRequest.baseRef), branches.get(pullRequest.headRef)]
  if (baseSha === undefined || headSha === undefined) {
    await closePullRequest(forge, repository, by, pullRequest)
    return
  }
  const moved = headSha !== pullRequest.headSha
  const changed = moved || baseSha !== pullRequest.baseSha
  Object.assign(pullRequest, { baseSha, headSha })
  if (moved) await tell(forge, repository, pullRequest, by, "synchronized")
  if (changed && (await isAncestor(repository.path, headSha, baseSha))) {
    await becomeMerged(forge, repository, by ?? pullRequest.author, pullRequest, baseSha)
    return
  }
  const { autoMerge } = pullRequest
  if (autoMerge === null) return
  const { mergeableState } = await viewOf(repository, pullRequest, "exact")
  if (mergeableState === "clean" || mergeableState === "unstable") {
    await mergePullRequest(forge, repository, autoMerge.by, pullRequest, { method: autoMerge.method })
  }
}
