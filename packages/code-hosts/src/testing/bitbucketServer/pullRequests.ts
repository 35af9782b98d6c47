/**
 * What is asked of one pull request.
 */
import type { MergeMethod } from "../../Abilities.ts"
import {
  addComment,
  addReview,
  editPullRequest,
  ForgeRefusal,
  type Forge,
  type ForgePullRequest,
  type ForgeRepository,
  type ForgeToken,
  type HostReply,
  mergePullRequest,
  refuseArchived,
  viewOf
} from "../forge/index.ts"
import type { Settings } from "./Settings.ts"
import { failed, invalid, notPermitted, notThere } from "./refusals.ts"
import { changesOf, mergeabilityJson, pageJson, pullJson, reviewersOf, userJson } from "./shapes.ts"

export interface Asked {
  readonly forge: Forge
  readonly settings: Settings
  readonly repository: ForgeRepository
  readonly token: ForgeToken
  readonly mayWrite: boolean
  readonly body: Readonly<Record<string, unknown>>
  readonly query: URLSearchParams
  /** What the path names, in its order. */
  readonly names: ReadonlyArray<string>
}
export interface AskedOfPull extends Asked {
  readonly pull: ForgePullRequest
}

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** The branch that `{ "id": "refs/heads/main" }` names. */
export const branchIn = (ref: unknown): string | undefined =>
  text((ref as { readonly id?: unknown } | null | undefined)?.id)?.replace(/^refs\/heads\//, "")

export const show = ({ repository, settings }: Asked, pull: ForgePullRequest, status = 200): HostReply => ({
  status,
  body: pullJson(settings.url, settings.drafts, repository, pull)
})

/** Whoever writes says which version he has seen. The newest is sent along where the body had it, and not by the query. */
const outOfDate = (asked: AskedOfPull, sent: unknown): HostReply | undefined => {
  const { body, pull, repository, settings } = asked
  if (sent === null || sent === undefined) return invalid("The version of the pull request must be supplied.")
  if (Number(sent) === pull.version) return undefined
  return failed(
    409,
    "You are attempting to modify a pull request based on out-of-date information.",
    "pull.PullRequestOutOfDateException",
    {
      currentVersion: pull.version,
      expectedVersion: Number(sent),
      ...("version" in body && !settings.sparse
        ? { pullRequest: pullJson(settings.url, settings.drafts, repository, pull) }
        : {})
    }
  )
}

const update = async (asked: AskedOfPull): Promise<HostReply> => {
  const { body, forge, mayWrite, pull, repository, settings, token } = asked
  if (!mayWrite && token.user.id !== pull.author.id) return notPermitted
  const stale = outOfDate(asked, body["version"])
  if (stale !== undefined) return stale
  refuseArchived(repository)
  const wanted = Array.isArray(body["reviewers"]) ? body["reviewers"].map(reviewerIn) : []
  const nobody = wanted.filter((name) => !forge.users.has(name) || name === pull.author.login)
  if (nobody.length > 0) return invalidReviewers(nobody)
  const baseRef = branchIn(body["toRef"])
  await editPullRequest(forge, repository, token.user, pull, {
    title: text(body["title"]) ?? pull.title,
    // what is not sent is taken away
    body: text(body["description"]) ?? "",
    baseRef: baseRef === pull.baseRef ? undefined : baseRef,
    draft: settings.drafts && typeof body["draft"] === "boolean" ? body["draft"] : undefined
  })
  setReviewers(asked, wanted)
  return show(asked, pull)
}

const reviewerIn = (reviewer: unknown): string =>
  text((reviewer as { readonly user?: { readonly name?: unknown } }).user?.name) ?? ""

const invalidReviewers = (names: ReadonlyArray<string>): HostReply =>
  failed(
    409,
    "Errors encountered while adding some reviewers to this pull request.",
    "pull.InvalidPullRequestReviewersException",
    {
      context: "reviewers",
      reviewerErrors: names.map((name) => ({ context: name, message: `${name} is not a user.`, exceptionName: null })),
      validReviewers: []
    }
  )

const setReviewers = ({ forge, pull }: AskedOfPull, wanted: ReadonlyArray<string>): void => {
  const before = new Set(reviewersOf(pull).map(({ user }) => user.login))
  for (const login of before) if (!wanted.includes(login)) pull.reviewers.delete(login)
  const kept = pull.reviews.filter(({ author }) => wanted.includes(author.login))
  pull.reviews.splice(0, pull.reviews.length, ...kept)
  for (const login of wanted) {
    const user = forge.users.get(login)
    if (user !== undefined && !before.has(login)) pull.reviewers.set(login, user)
  }
}

const end = async (asked: AskedOfPull, state: "open" | "closed"): Promise<HostReply> => {
  const { forge, mayWrite, pull, query, repository, settings, token } = asked
  if (!mayWrite && token.user.id !== pull.author.id) return notPermitted
  const unfit = pull.state !== (state === "open" ? "closed" : "open")
  const stale = settings.sparse && unfit ? undefined : outOfDate(asked, query.get("version"))
  if (stale !== undefined) return stale
  refuseArchived(repository)
  if (unfit) throw new ForgeRefusal(pull.state === "merged" ? "merged" : "closed")
  await editPullRequest(forge, repository, token.user, pull, { state })
  return show(asked, pull)
}

export const strategies: Readonly<Record<string, MergeMethod | undefined>> = {
  "no-ff": "merge",
  squash: "squash",
  "rebase-ff-only": "rebase"
}

const merge = async (asked: AskedOfPull): Promise<HostReply> => {
  const { body, forge, mayWrite, pull, query, repository, token } = asked
  if (!mayWrite) return notPermitted
  const stale = outOfDate(asked, query.get("version"))
  if (stale !== undefined) return stale
  refuseArchived(repository)
  if (pull.state !== "open") throw new ForgeRefusal(pull.state)
  const method = strategies[text(body["strategyId"]) ?? "no-ff"]
  if (method === undefined || !repository.mergeMethods.includes(method)) {
    return failed(409, "The merge strategy is not enabled.", "pull.PullRequestMergeVetoedException", { vetoes: [] })
  }
  const view = await viewOf(repository, pull, "exact")
  const able = mergeabilityJson(view, approvalsOf(repository))
  if (!able.canMerge && body["autoMerge"] === true) {
    if (!repository.autoMerge) throw new ForgeRefusal("no auto-merge")
    pull.autoMerge = { method, by: token.user, at: forge.clock.tick() }
    return show(asked, pull)
  }
  if (!able.canMerge) {
    const message = able.conflicted
      ? "The pull request has conflicts and cannot be merged."
      : "Merging the pull request has been vetoed."
    const { conflicted, vetoes } = able
    return failed(409, message, "pull.PullRequestMergeVetoedException", { conflicted, vetoes })
  }
  const subject = `Pull request #${pull.number}: ${pull.title}`
  const said = text(body["message"])
  const bare = body["autoSubject"] === "false" && said !== undefined
  const [title = "", ...rest] = bare ? said.split("\n") : [subject, "", said ?? `Merge in ${repository.name}`]
  await mergePullRequest(forge, repository, token.user, pull, { method, title, message: rest.join("\n").trim() })
  return show(asked, pull)
}

export const approvalsOf = ({ protections }: ForgeRepository): number =>
  Math.max(0, ...[...protections.values()].map(({ approvals }) => approvals))

export const ofPull: Readonly<Record<string, (asked: AskedOfPull) => HostReply | Promise<HostReply>>> = {
  "GET pull": (asked) => show(asked, asked.pull),
  "PUT pull": update,
  "POST decline": (asked) => end(asked, "closed"),
  "POST reopen": (asked) => end(asked, "open"),
  "POST merge": merge,
  "GET merge": async ({ forge, pull, repository }) => {
    if (pull.state !== "open") throw new ForgeRefusal(pull.state)
    const view = await viewOf(repository, pull, forge.mergeability)
    return { status: 200, body: mergeabilityJson(view, approvalsOf(repository)) }
  },
  "GET changes": async ({ pull, query, repository }) => ({
    status: 200,
    body: pageJson(query, await changesOf(repository, pull))
  }),
  "DELETE auto-merge": ({ mayWrite, pull }) => {
    if (!mayWrite) return notPermitted
    if (pull.autoMerge === null) return notThere
    pull.autoMerge = null
    return { status: 204 }
  },
  "GET auto-merge": ({ pull }) =>
    pull.autoMerge === null
      ? notThere
      : { status: 200, body: { createdDate: pull.autoMerge.at.getTime(), fromHash: pull.headSha } },
  "GET activities": ({ pull, query }) => {
    const comments = pull.comments.map(({ at, author, body, id }) => ({
      id,
      createdDate: at.getTime(),
      user: userJson(author),
      action: "COMMENTED",
      commentAction: "ADDED",
      comment: { id, version: 0, text: body, author: userJson(author), createdDate: at.getTime(), comments: [] }
    }))
    const opened = { id: pull.id, createdDate: pull.createdAt.getTime(), user: userJson(pull.author), action: "OPENED" }
    // the newest first
    return { status: 200, body: pageJson(query, [opened, ...comments].toReversed()) }
  },
  "POST comments": async ({ body, forge, pull, repository, token }) => {
    const said = text(body["text"])
    if (said === undefined || said === "") return invalid("The comment must have text.")
    const { id } = await addComment(forge, repository, token.user, pull, said)
    return { status: 201, body: { id, version: 0, text: said, author: userJson(token.user), comments: [] } }
  },
  "PUT participant": async ({ body, forge, names, pull, repository, token }) => {
    if (names[1] !== token.user.login) return notPermitted
    const state = ({ APPROVED: "approved", NEEDS_WORK: "changes_requested" } as const)[text(body["status"]) ?? ""]
    await addReview(forge, repository, token.user, pull, { state: state ?? "commented", body: "" })
    return { status: 200, body: { user: userJson(token.user), role: "REVIEWER", status: body["status"] } }
  }
}
