/**
 * What is done to merge requests, by GitLab's statuses and words.
 */
import {
  addComment,
  addLabel,
  editPullRequest,
  type Forge,
  type ForgePullRequest,
  type ForgeRefusal,
  type ForgeRepository,
  type ForgeUser,
  type HostReply,
  mergePullRequest,
  notice,
  openPullRequest,
  refuseArchived,
  removeLabel,
  viewOf
} from "../forge/index.ts"
import { rebaseCommits } from "../forge/commits.ts"
import { isAncestor, moveBranch } from "../forge/git.ts"
import { carryOut, readActions } from "./quickActions.ts"
import { mergeMethodOf, mergeRequestJson, userJson } from "./shapes.ts"

export interface Asked {
  readonly forge: Forge
  readonly api: string
  readonly by: ForgeUser
  readonly repository: ForgeRepository
  readonly body: Readonly<Record<string, unknown>>
  /** Those that were merged as one commit. */
  readonly squashed: Set<ForgePullRequest>
}
export type AskedOf = Asked & { readonly pullRequest: ForgePullRequest }

export const failed = (status: number, message: unknown): HostReply => ({ status, body: { message } })
const text = (value: unknown) => (typeof value === "string" ? value : undefined)

export const show = async (
  { api, forge, repository, squashed }: Asked,
  pullRequest: ForgePullRequest,
  status = 200
) => {
  const view = await viewOf(repository, pullRequest, forge.mergeability)
  const needsRebase =
    mergeMethodOf(repository) === "ff" &&
    pullRequest.state === "open" &&
    !(await isAncestor(repository.path, pullRequest.baseSha, pullRequest.headSha))
  const how = { needsRebase, squashed: squashed.has(pullRequest) }
  return { status, body: mergeRequestJson(api, repository, pullRequest, view, how) }
}

export const refusedChange = ({ existing, reason }: ForgeRefusal): HostReply => {
  switch (reason) {
    case "archived":
      return failed(403, "403 Forbidden")
    case "exists":
      return failed(409, [`Another open merge request already exists for this source branch: !${existing?.number}`])
    case "same branch":
      return failed(422, ["You can't use same project/branch for source and target"])
    default:
      return failed(400, { base: [reason] })
  }
}

export const refusedMerge = ({ reason }: ForgeRefusal): HostReply => {
  if (reason === "archived") return failed(401, "401 Unauthorized")
  if (reason === "head moved") return failed(409, "SHA does not match HEAD of source branch")
  return reason === "conflict" ? failed(422, "Branch cannot be merged") : failed(405, "405 Method Not Allowed")
}

const draft = /^(draft:|\[draft\]|\(draft\))\s*/i

export const create = async (asked: Asked): Promise<HostReply> => {
  const { body, by, forge, repository } = asked
  const title = text(body["title"]) ?? ""
  if (title === "") return failed(400, { title: ["can't be blank"] })
  const { actions, words } = readActions(text(body["description"]) ?? "")
  const made = await openPullRequest(forge, repository, by, {
    title: title.replace(draft, ""),
    draft: draft.test(title),
    body: words,
    baseRef: text(body["target_branch"]) ?? "",
    headRef: text(body["source_branch"]) ?? ""
  })
  await carryOut({ ...asked, pullRequest: made }, actions)
  return show(asked, made, 201)
}

export const edit = async (asked: AskedOf): Promise<HostReply> => {
  const { body, by, forge, pullRequest, repository } = asked
  refuseArchived(repository)
  const title = text(body["title"])
  const event = text(body["state_event"])
  if (event === "reopen" && pullRequest.state === "merged") return failed(400, { state: ["cannot transition"] })
  const description = text(body["description"])
  const said = description === undefined ? undefined : readActions(description)
  await editPullRequest(forge, repository, by, pullRequest, {
    body: said?.words,
    baseRef: text(body["target_branch"]),
    ...(title === undefined ? {} : { title: title.replace(draft, ""), draft: draft.test(title) }),
    state: event === "close" ? "closed" : event === "reopen" ? "open" : undefined
  })
  const names = (field: string) => (text(body[field]) ?? "").split(",").filter((name) => name !== "")
  for (const name of names("add_labels")) await addLabel(forge, repository, by, pullRequest, name)
  for (const name of names("remove_labels")) await removeLabel(forge, repository, by, pullRequest, name)
  if (Array.isArray(body["reviewer_ids"])) {
    pullRequest.reviewers.clear()
    const ids = body["reviewer_ids"] as ReadonlyArray<unknown>
    for (const user of forge.users.values()) if (ids.includes(user.id)) pullRequest.reviewers.set(user.login, user)
  }
  await carryOut(asked, said?.actions ?? [])
  return show(asked, pullRequest)
}

/** Of a project where branches only move on, whatever is not on top of its base has to be rebased first. */
export const merge = async (asked: AskedOf): Promise<HostReply> => {
  const { body, by, forge, pullRequest, repository, squashed } = asked
  refuseArchived(repository)
  const squash = body["squash"] === true
  const later = body["auto_merge"] === true || body["merge_when_pipeline_succeeds"] === true
  const expectedHead = text(body["sha"])
  const linear = mergeMethodOf(repository) === "ff"
  const { body: shown } = await show(asked, pullRequest)
  if (expectedHead !== undefined && expectedHead !== pullRequest.headSha) {
    return failed(409, "SHA does not match HEAD of source branch")
  }
  const { detailed_merge_status: status } = shown
  if (later && (status === "ci_must_pass" || status === "ci_still_running")) {
    pullRequest.autoMerge = { method: squash ? "squash" : "merge", by, at: forge.clock.tick() }
    return show(asked, pullRequest)
  }
  if (status === "need_rebase") return failed(405, "405 Method Not Allowed")
  if (linear && !squash) {
    if (status === "conflict") return failed(422, "Branch cannot be merged")
    if (status !== "mergeable") return failed(405, "405 Method Not Allowed")
    await moveBranch(repository.path, pullRequest.baseRef, pullRequest.headSha, pullRequest.baseSha)
    await notice(forge, repository, by)
    return show(asked, pullRequest)
  }
  const words = text(body[squash ? "squash_commit_message" : "merge_commit_message"])
  const [title, ...rest] = words?.split("\n\n") ?? []
  const said = title === undefined ? {} : { title, message: rest.join("\n\n") }
  const method = squash ? "squash" : "merge"
  await mergePullRequest(forge, repository, by, pullRequest, { method, expectedHead, ...said })
  if (squash) squashed.add(pullRequest)
  return show(asked, pullRequest)
}

export const rebase = async ({ by, forge, pullRequest, repository }: AskedOf): Promise<HostReply> => {
  refuseArchived(repository)
  const { baseSha, headRef, headSha } = pullRequest
  const committer = { name: by.login, email: `${by.login}@fake.invalid`, at: forge.clock.tick() }
  const made = await rebaseCommits(repository.path, baseSha, headSha, committer)
  if (made === undefined)
    return failed(409, "Rebase failed: Rebase locally, resolve all conflicts, then push the branch.")
  await moveBranch(repository.path, headRef, made, headSha)
  await notice(forge, repository, by)
  return { status: 202, body: { rebase_in_progress: true } }
}

export const cancel = async (asked: AskedOf): Promise<HostReply> => {
  refuseArchived(asked.repository)
  if (asked.pullRequest.autoMerge === null) return failed(406, "406 Not Acceptable")
  asked.pullRequest.autoMerge = null
  return show(asked, asked.pullRequest, 201)
}

export const note = async (asked: AskedOf): Promise<HostReply> => {
  const { api, body, by, forge, pullRequest, repository } = asked
  const { actions, words } = readActions(text(body["body"]) ?? "")
  await carryOut(asked, actions)
  if (words === "" && actions.length > 0) return { status: 202, body: { commands_changes: {}, summary: actions } }
  if (words === "") return failed(400, { note: ["can't be blank"] })
  const { at, id } = await addComment(forge, repository, by, pullRequest, words)
  return {
    status: 201,
    body: { id, body: words, author: userJson(api, by), created_at: at.toISOString(), system: false }
  }
}

/** The newest first, as it is asked for. */
export const notes = ({ api, pullRequest }: AskedOf): ReadonlyArray<unknown> =>
  pullRequest.comments
    .map(({ at, author, body, id }) => ({
      id,
      body,
      author: userJson(api, author),
      created_at: at.toISOString(),
      system: false
    }))
    .toReversed()

export const approvals = async ({ api, pullRequest, repository }: AskedOf): Promise<HostReply> => {
  const required = repository.protections.get(pullRequest.baseRef)?.approvals ?? 0
  const { reviewState } = await viewOf(repository, pullRequest, "exact")
  const by = pullRequest.reviews.filter(({ state }) => state === "approved")
  const body = {
    approved: required === 0 || reviewState === "approved",
    approvals_required: required,
    approvals_left: Math.max(required - by.length, 0),
    approved_by: by.map(({ author }) => ({ user: userJson(api, author) }))
  }
  return { status: 200, body }
}
