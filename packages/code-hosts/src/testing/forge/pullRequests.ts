/**
 * What is done to pull requests, but for merging. Whoever asks has been let in.
 */
import type { Forge } from "./Forge.ts"
import { branchesOf, commitsBetween } from "./git.ts"
import {
  type ForgeLabel,
  type ForgePullRequest,
  ForgeRefusal,
  type ForgeRepository,
  type ForgeReview,
  type ForgeStatus,
  type ForgeUser
} from "./model.ts"

/** @category options */
export interface OpenPullRequest {
  readonly title: string
  readonly body: string
  readonly baseRef: string
  readonly headRef: string
  readonly draft: boolean
}

/** Fails where the repository takes no more changes. */
export const refuseArchived = ({ archived }: ForgeRepository): void => {
  if (archived) throw new ForgeRefusal("archived")
}

export const openPullRequest = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  { baseRef, body, draft, headRef, title }: OpenPullRequest
): Promise<ForgePullRequest> => {
  refuseArchived(repository)
  const branches = await branchesOf(repository.path)
  const [baseSha, headSha] = [branches.get(baseRef), branches.get(headRef)]
  if (headSha === undefined) throw new ForgeRefusal("head missing")
  if (baseSha === undefined) throw new ForgeRefusal("base missing")
  if (baseRef === headRef) throw new ForgeRefusal("same branch")
  const existing = findOpen(repository, baseRef, headRef)
  if (existing !== undefined) throw new ForgeRefusal("exists", existing)
  if ((await commitsBetween(repository.path, baseSha, headSha)).length === 0) throw new ForgeRefusal("no commits")
  if (draft && !repository.drafts) throw new ForgeRefusal("no drafts")
  const at = forge.clock.tick()
  const pullRequest: ForgePullRequest = {
    id: forge.nextId(),
    number: repository.pullRequests.size + 1,
    author: by,
    createdAt: at,
    updatedAt: at,
    version: 0,
    title,
    body,
    baseRef,
    headRef,
    baseSha,
    headSha,
    draft,
    state: "open",
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    autoMerge: null,
    mergeability: null,
    labels: new Map(),
    comments: [],
    reviews: [],
    reviewers: new Map()
  }
  repository.pullRequests.set(pullRequest.number, pullRequest)
  await forge.hooks.tell({ kind: "opened", repository, pullRequest, by })
  return pullRequest
}

export const findOpen = (repository: ForgeRepository, baseRef: string, headRef: string) =>
  [...repository.pullRequests.values()].find(
    (found) => found.state === "open" && found.baseRef === baseRef && found.headRef === headRef
  )

/** @category options */
export interface EditPullRequest {
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly baseRef?: string | undefined
  readonly state?: "open" | "closed" | undefined
  readonly draft?: boolean | undefined
}

export const editPullRequest = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser | undefined,
  pullRequest: ForgePullRequest,
  { baseRef, body, draft, state, title }: EditPullRequest
): Promise<void> => {
  refuseArchived(repository)
  if (baseRef !== undefined && baseRef !== pullRequest.baseRef) await changeBase(repository, pullRequest, baseRef)
  const before = { title: pullRequest.title, body: pullRequest.body }
  pullRequest.title = title ?? before.title
  pullRequest.body = body ?? before.body
  const edited = pullRequest.title !== before.title || pullRequest.body !== before.body || baseRef !== undefined
  if (edited) await tell(forge, repository, pullRequest, by, "edited")
  if (draft !== undefined && draft !== pullRequest.draft) {
    if (draft && !repository.drafts) throw new ForgeRefusal("no drafts")
    pullRequest.draft = draft
    await tell(forge, repository, pullRequest, by, draft ? "drafted" : "ready")
  }
  if (state === "closed" && pullRequest.state === "open") {
    await closePullRequest(forge, repository, by, pullRequest)
  }
  if (state === "open" && pullRequest.state !== "open") await reopen(forge, repository, by, pullRequest)
}

const changeBase = async (repository: ForgeRepository, pullRequest: ForgePullRequest, baseRef: string) => {
  if (pullRequest.state !== "open") throw new ForgeRefusal(pullRequest.state)
  const baseSha = (await branchesOf(repository.path)).get(baseRef)
  if (baseSha === undefined) throw new ForgeRefusal("base missing")
  const existing = findOpen(repository, baseRef, pullRequest.headRef)
  if (existing !== undefined) throw new ForgeRefusal("exists", existing)
  Object.assign(pullRequest, { baseRef, baseSha })
}

const reopen = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser | undefined,
  pullRequest: ForgePullRequest
) => {
  if (pullRequest.state === "merged") throw new ForgeRefusal("merged")
  const branches = await branchesOf(repository.path)
  const [baseSha, headSha] = [branches.get(pullRequest.baseRef), branches.get(pullRequest.headRef)]
  if (headSha === undefined) throw new ForgeRefusal("head missing")
  if (baseSha === undefined) throw new ForgeRefusal("base missing")
  const existing = findOpen(repository, pullRequest.baseRef, pullRequest.headRef)
  if (existing !== undefined) throw new ForgeRefusal("exists", existing)
  Object.assign(pullRequest, { state: "open", closedAt: null, baseSha, headSha })
  await tell(forge, repository, pullRequest, by, "reopened")
}

export const closePullRequest = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser | undefined,
  pullRequest: ForgePullRequest
): Promise<void> => {
  pullRequest.state = "closed"
  pullRequest.closedAt = forge.clock.tick()
  pullRequest.autoMerge = null
  await tell(forge, repository, pullRequest, by, "closed")
}

export const tell = async (
  forge: Forge,
  repository: ForgeRepository,
  pullRequest: ForgePullRequest,
  by: ForgeUser | undefined,
  kind: Parameters<Forge["hooks"]["tell"]>[0]["kind"],
  subject?: string
): Promise<void> => {
  pullRequest.updatedAt = forge.clock.tick()
  pullRequest.version += 1
  await forge.hooks.tell({ kind, repository, pullRequest, by, subject })
}

export const addComment = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  body: string
) => {
  refuseArchived(repository)
  const comment = { id: forge.nextId(), author: by, body, at: forge.clock.tick() }
  pullRequest.comments.push(comment)
  await tell(forge, repository, pullRequest, by, "commented")
  return comment
}

/** A label that the repository has not is made. */
export const addLabel = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  name: string
): Promise<void> => {
  refuseArchived(repository)
  const known = repository.labels.get(name.toLowerCase())
  const label: ForgeLabel = known ?? { id: forge.nextId(), name, color: "ededed", description: null }
  repository.labels.set(name.toLowerCase(), label)
  if (pullRequest.labels.has(name.toLowerCase())) return
  pullRequest.labels.set(name.toLowerCase(), label)
  await tell(forge, repository, pullRequest, by, "labeled", label.name)
}

/** Says whether it had it. */
export const removeLabel = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  name: string
): Promise<boolean> => {
  refuseArchived(repository)
  if (!pullRequest.labels.delete(name.toLowerCase())) return false
  await tell(forge, repository, pullRequest, by, "unlabeled", name)
  return true
}

export const addReview = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  pullRequest: ForgePullRequest,
  { body, state }: Pick<ForgeReview, "state" | "body">
): Promise<ForgeReview> => {
  refuseArchived(repository)
  if (by.id === pullRequest.author.id && state !== "commented") throw new ForgeRefusal("author")
  const review = { id: forge.nextId(), author: by, state, body, commit: pullRequest.headSha, at: forge.clock.tick() }
  pullRequest.reviews.push(review)
  pullRequest.reviewers.delete(by.login)
  await tell(forge, repository, pullRequest, by, "reviewed")
  return review
}

export const setStatus = async (
  forge: Forge,
  repository: ForgeRepository,
  by: ForgeUser,
  sha: string,
  status: Pick<ForgeStatus, "context" | "state" | "description">
): Promise<ForgeStatus> => {
  refuseArchived(repository)
  const set: ForgeStatus = { ...status, id: forge.nextId(), by, at: forge.clock.tick() }
  const all = repository.statuses.get(sha) ?? new Map<string, ForgeStatus>()
  repository.statuses.set(sha, all.set(status.context, set))
  await forge.hooks.tell({ kind: "status", repository, by, subject: sha })
  return set
}
