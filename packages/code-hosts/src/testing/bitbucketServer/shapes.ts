/**
 * What Bitbucket shows.
 */
import { git } from "../forge/git.ts"
import type { ForgePullRequest, ForgeRepository, ForgeUser, ForgeView } from "../forge/index.ts"

export const userJson = ({ id, login }: ForgeUser) => ({
  id,
  name: login,
  slug: login,
  displayName: login,
  emailAddress: `${login}@fake.invalid`,
  active: true,
  type: "NORMAL"
})

export const projectJson = ({ ownedBy: { id, login } }: ForgeRepository) => ({
  id,
  key: login,
  name: login,
  public: false,
  type: "NORMAL"
})

export const repositoryJson = (repository: ForgeRepository) => ({
  id: repository.id,
  slug: repository.name,
  name: repository.name,
  hierarchyId: "e3c939f9ef4a7fae272e",
  scmId: "git",
  state: "AVAILABLE",
  statusMessage: "Available",
  forkable: true,
  public: !repository.private,
  archived: repository.archived,
  project: projectJson(repository)
})

const refJson = (repository: ForgeRepository, branch: string, latestCommit: string) => ({
  id: `refs/heads/${branch}`,
  displayId: branch,
  latestCommit,
  type: "BRANCH",
  repository: repositoryJson(repository)
})

const statuses = { approved: "APPROVED", changes_requested: "NEEDS_WORK", commented: "UNAPPROVED" } as const

/** Whoever was asked, or has judged it; and the last that they said. */
export const reviewersOf = ({ reviewers, reviews }: ForgePullRequest) => {
  const all = new Map<string, { readonly user: ForgeUser; readonly status: string }>()
  for (const user of reviewers.values()) all.set(user.login, { user, status: "UNAPPROVED" })
  for (const { author, state } of reviews) {
    if (state !== "commented") all.set(author.login, { user: author, status: statuses[state] })
  }
  return [...all.values()]
}

const participantJson = (role: string, user: ForgeUser, status: string) => ({
  user: userJson(user),
  role,
  approved: status === "APPROVED",
  status
})

/** @param drafts Whether this version has any. */
export const pullJson = (url: string, drafts: boolean, repository: ForgeRepository, pull: ForgePullRequest) => {
  const { owner, name } = repository
  const merged = pull.mergeCommitSha
  return {
    id: pull.number,
    version: pull.version,
    title: pull.title,
    ...(pull.body === "" ? {} : { description: pull.body }),
    state: { open: "OPEN", closed: "DECLINED", merged: "MERGED" }[pull.state],
    open: pull.state === "open",
    closed: pull.state !== "open",
    ...(drafts ? { draft: pull.draft } : {}),
    createdDate: pull.createdAt.getTime(),
    updatedDate: pull.updatedAt.getTime(),
    ...(pull.closedAt === null ? {} : { closedDate: pull.closedAt.getTime() }),
    fromRef: refJson(repository, pull.headRef, pull.headSha),
    toRef: refJson(repository, pull.baseRef, pull.baseSha),
    locked: false,
    author: participantJson("AUTHOR", pull.author, "UNAPPROVED"),
    reviewers: reviewersOf(pull).map(({ status, user }) => participantJson("REVIEWER", user, status)),
    participants: [],
    properties: {
      commentCount: pull.comments.length,
      ...(merged === null ? {} : { mergeCommit: { id: merged, displayId: merged.slice(0, 11) } })
    },
    links: { self: [{ href: `${url}/projects/${owner}/repos/${name}/pull-requests/${pull.number}` }] }
  }
}

/** The vetoes are of the rules that the forge has, in Bitbucket's words. */
export const mergeabilityJson = ({ clean, mergeableState, reviewState }: ForgeView, approvals: number) => {
  const vetoes: Array<{ readonly summaryMessage: string; readonly detailedMessage: string }> = []
  const veto = (summaryMessage: string, detailedMessage: string) => vetoes.push({ summaryMessage, detailedMessage })
  if (mergeableState === "draft") veto("Draft", "This pull request is a draft and cannot be merged.")
  if (mergeableState === "behind") veto("Behind", "The source branch is not up to date with the target branch.")
  if (mergeableState === "blocked") {
    if (reviewState === "changes_requested")
      veto("Needs work", "Some reviewers marked this pull request as Needs work.")
    else if (reviewState === "review_required") {
      veto("Requires approvals", `You still need ${approvals} approvals before this pull request can be merged.`)
    } else veto("Not all required builds are successful yet", "You still need a minimum of one successful build.")
  }
  const conflicted = clean === false
  return {
    canMerge: !conflicted && vetoes.length === 0,
    conflicted,
    outcome: clean === null ? "UNKNOWN" : conflicted ? "CONFLICTED" : "CLEAN",
    vetoes
  }
}

export const pageJson = (query: URLSearchParams, values: ReadonlyArray<unknown>) => {
  const limit = Math.min(Number(query.get("limit") ?? 25), 1000)
  const start = Number(query.get("start") ?? 0)
  const some = values.slice(start, start + limit)
  const isLastPage = start + limit >= values.length
  return { start, limit, size: some.length, isLastPage, values: some, nextPageStart: isLastPage ? null : start + limit }
}

/** The files that a pull request changes, and which of them conflict: by git. */
export const changesOf = async ({ path }: ForgeRepository, { baseSha, headSha }: ForgePullRequest) => {
  const { out } = await git(path, ["diff", "--name-only", "-z", "--no-renames", `${baseSha}...${headSha}`])
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", baseSha, headSha]
  const merged = await git(path, args, { answers: [0, 1] })
  const conflicted = new Set(merged.code === 0 ? [] : merged.out.split("\0").slice(1))
  return out
    .split("\0")
    .filter((file) => file !== "")
    .map((file) => ({
      path: { components: file.split("/"), name: file.split("/").at(-1), toString: file },
      type: "MODIFY",
      nodeType: "FILE",
      ...(conflicted.has(file) ? { conflict: { ourChange: { type: "MODIFY" }, theirChange: { type: "MODIFY" } } } : {})
    }))
}
