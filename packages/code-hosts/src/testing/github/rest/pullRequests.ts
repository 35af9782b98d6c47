/**
 * The operations on pull requests.
 */
import type { MergeMethod } from "../../../Abilities.ts"
import {
  addReview,
  editPullRequest,
  type ForgePullRequest,
  ForgeRefusal,
  type HostReply,
  mergePullRequest,
  openPullRequest,
  refuseArchived,
  updateBranch,
  viewOf
} from "../../forge/index.ts"
import { diffTotals } from "../../forge/git.ts"
import { pullRequestJson, simplePullRequestJson } from "../pullRequestJson.ts"
import { failed, refusedChange, refusedMerge, refusedUpdate } from "../refusals.ts"
import { repositoryUrl, reviewJson, userJson } from "../shapes.ts"
import {
  type AskedOfPullRequest,
  type AskedOfRepository,
  ofPullRequest,
  ofRepository,
  page,
  type Route,
  text
} from "./route.ts"

/** What a refusal of the forge becomes. */
const or = async (run: () => Promise<HostReply>, refused: (refusal: ForgeRefusal) => HostReply) => {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ForgeRefusal) return refused(error)
    throw error
  }
}

const show = async (asked: AskedOfRepository, pullRequest: ForgePullRequest, status: number): Promise<HostReply> => {
  const { api, forge, repository } = asked
  const view = await viewOf(repository, pullRequest, forge.mergeability)
  return { status, body: pullRequestJson(api, repository, pullRequest, view) }
}

const create = (asked: AskedOfRepository) => {
  const { body, forge, repository, token } = asked
  const { owner } = repository
  const head = text(body["head"]) ?? ""
  const headRef = head.startsWith(`${owner}:`) ? head.slice(owner.length + 1) : head
  const baseRef = text(body["base"]) ?? ""
  const title = text(body["title"])
  if (title === undefined || title === "") {
    return failed(422, "Validation Failed", [{ resource: "PullRequest", code: "missing_field", field: "title" }])
  }
  const draft = body["draft"] === true
  const ask = { title, body: text(body["body"]) ?? "", baseRef, headRef, draft }
  return or(
    async () => show(asked, await openPullRequest(forge, repository, token.user, ask), 201),
    (refusal) => refusedChange(refusal, { owner, headRef, baseRef })
  )
}

const list = (asked: AskedOfRepository) => {
  const { api, repository, request } = asked
  const { query } = request
  const state = query.get("state") ?? "open"
  const head = query.get("head")
  const base = query.get("base")
  const found = [...repository.pullRequests.values()]
    .filter((one) => state === "all" || (state === "open") === (one.state === "open"))
    .filter((one) => head === null || head === `${repository.owner}:${one.headRef}`)
    .filter((one) => base === null || base === one.baseRef)
    .toReversed()
  return page(
    asked,
    found.map((one) => simplePullRequestJson(api, repository, one))
  )
}

const edit = (asked: AskedOfPullRequest) => {
  const { body, forge, pullRequest, repository, token } = asked
  const baseRef = text(body["base"])
  const state = text(body["state"])
  const changes = {
    title: text(body["title"]),
    body: text(body["body"]),
    baseRef,
    state: state === "open" || state === "closed" ? state : undefined
  } as const
  const { headRef } = pullRequest
  return or(
    async () => {
      await editPullRequest(forge, repository, token.user, pullRequest, changes)
      return show(asked, pullRequest, 200)
    },
    (refusal) => refusedChange(refusal, { owner: repository.owner, headRef, baseRef: baseRef ?? pullRequest.baseRef })
  )
}

const merge = ({ body, forge, pullRequest, repository, token }: AskedOfPullRequest) => {
  const method = (text(body["merge_method"]) ?? "merge") as MergeMethod
  const options = {
    method,
    expectedHead: text(body["sha"]),
    title: text(body["commit_title"]),
    message: text(body["commit_message"])
  }
  return or(
    async () => {
      const sha = await mergePullRequest(forge, repository, token.user, pullRequest, options)
      return { status: 200, body: { sha, merged: true, message: "Pull Request successfully merged" } }
    },
    (refusal) => refusedMerge(refusal, method)
  )
}

const update = ({ api, body, forge, pullRequest, repository, token }: AskedOfPullRequest) =>
  or(async () => {
    await updateBranch(forge, repository, token.user, pullRequest, text(body["expected_head_sha"]))
    const url = `${repositoryUrl(api, repository)}/pulls/${pullRequest.number}`
    return { status: 202, body: { message: "Updating pull request branch.", url } }
  }, refusedUpdate)

const requestReviewers = ({ api, body, forge, pullRequest, repository }: AskedOfPullRequest) =>
  or(
    async () => {
      refuseArchived(repository)
      const logins = Array.isArray(body["reviewers"]) ? (body["reviewers"] as ReadonlyArray<string>) : []
      const users = logins.map((login) => forge.users.get(login))
      for (const user of users) {
        if (user === undefined || !repository.roles.has(user.login)) {
          const message =
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository."
          return failed(422, message)
        }
        if (user.id === pullRequest.author.id) {
          return failed(422, "Review cannot be requested from pull request author.")
        }
      }
      for (const user of users) if (user !== undefined) pullRequest.reviewers.set(user.login, user)
      return { status: 201, body: simplePullRequestJson(api, repository, pullRequest) }
    },
    (refusal) => refusedChange(refusal, { owner: "", headRef: "", baseRef: "" })
  )

const reviewStates = { APPROVE: "approved", REQUEST_CHANGES: "changes_requested", COMMENT: "commented" } as const

const review = ({ api, body, forge, pullRequest, repository, token }: AskedOfPullRequest) =>
  or(
    async () => {
      const state = reviewStates[(text(body["event"]) ?? "COMMENT") as keyof typeof reviewStates]
      const added = await addReview(forge, repository, token.user, pullRequest, {
        state,
        body: text(body["body"]) ?? ""
      })
      return { status: 200, body: reviewJson(api, repository, pullRequest, added) }
    },
    (refusal) => refusedChange(refusal, { owner: "", headRef: "", baseRef: "" })
  )

const files = async (asked: AskedOfPullRequest) => {
  const { api, pullRequest, repository } = asked
  const { baseSha, headSha } = pullRequest
  const totals = await diffTotals(repository.path, baseSha, headSha)
  const at = repositoryUrl(api, repository)
  return page(
    asked,
    totals.files.map(({ additions, deletions, path }) => ({
      sha: headSha,
      filename: path,
      status: "modified",
      additions,
      deletions,
      changes: additions + deletions,
      blob_url: `${at}/blob/${headSha}/${encodeURIComponent(path)}`,
      raw_url: `${at}/raw/${headSha}/${encodeURIComponent(path)}`,
      contents_url: `${at}/contents/${encodeURIComponent(path)}?ref=${headSha}`
    }))
  )
}

const pull = "/pulls/:number"

export const pullRequestRoutes: ReadonlyArray<Route> = [
  ofRepository("POST /pulls", "write", create),
  ofRepository("GET /pulls", "read", list),
  ofPullRequest(`GET ${pull}`, "read", (asked) => show(asked, asked.pullRequest, 200)),
  ofPullRequest(`PATCH ${pull}`, "write", edit),
  ofPullRequest(`GET ${pull}/merge`, "read", ({ pullRequest }) => ({
    status: pullRequest.state === "merged" ? 204 : 404
  })),
  ofPullRequest(`PUT ${pull}/merge`, "write", merge),
  ofPullRequest(`PUT ${pull}/update-branch`, "write", update),
  ofPullRequest(`GET ${pull}/requested_reviewers`, "read", ({ api, pullRequest }) => ({
    status: 200,
    body: { users: [...pullRequest.reviewers.values()].map((user) => userJson(api, user)), teams: [] }
  })),
  ofPullRequest(`POST ${pull}/requested_reviewers`, "write", requestReviewers),
  ofPullRequest(`GET ${pull}/reviews`, "read", (asked) => {
    const { api, pullRequest, repository } = asked
    return page(
      asked,
      pullRequest.reviews.map((one) => reviewJson(api, repository, pullRequest, one))
    )
  }),
  ofPullRequest(`POST ${pull}/reviews`, "read", review),
  ofPullRequest(`GET ${pull}/files`, "read", files)
]
