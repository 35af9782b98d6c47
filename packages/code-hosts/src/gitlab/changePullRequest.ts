/**
 * Title, body, base, draft, labels, open or closed: GitLab changes them all by one request.
 */
import { Effect, Schema } from "effect"
import type { LabelPullRequest, PullRequestAt, RequestReviewers, UpdatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { withDraft, withoutDraft } from "./draftTitle.ts"
import { type GitLabContext, requestPath, settleChange, settleRest, whereOf } from "./GitLabContext.ts"
import { isDraft } from "./hostPullRequest.ts"
import { loadPullRequest, loadRequest } from "./loadPullRequest.ts"
import { escapeActions } from "./quickActions.ts"
import { Anything, EditMergeRequest, User } from "./schemas.ts"

const change = (context: GitLabContext, at: PullRequestAt, value: typeof EditMergeRequest.Type) => {
  const ask = {
    method: "PUT",
    path: requestPath(at),
    body: { schema: EditMergeRequest, value },
    answer: Anything
  } as const
  const load = loadPullRequest(context, at)
  return Effect.andThen(settleChange(context, context.api.rest(whereOf(at.repository), ask), at.repository, load), load)
}

export const updatePullRequest = Effect.fn("gitlab.update")(function* (
  context: GitLabContext,
  { baseRef, body, title, ...at }: UpdatePullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  if (baseRef === undefined && body === undefined && title === undefined) return yield* loadPullRequest(context, at)
  // a draft would be none any more by being called something else
  const draft = title !== undefined && isDraft((yield* loadRequest(context, at)).request)
  return yield* change(context, at, {
    ...(title === undefined ? {} : { title: draft ? withDraft(title) : title }),
    ...(body === undefined ? {} : { description: escapeActions(body) }),
    ...(baseRef === undefined ? {} : { target_branch: baseRef })
  })
})

const setDraft = Effect.fnUntraced(function* (
  context: GitLabContext,
  at: PullRequestAt,
  wanted: boolean
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { request } = yield* loadRequest(context, at)
  if (request.state !== "opened" || isDraft(request) === wanted) return yield* loadPullRequest(context, at)
  return yield* change(context, at, { title: wanted ? withDraft(request.title) : withoutDraft(request.title) })
})

export const markReady = (context: GitLabContext, at: PullRequestAt) => setDraft(context, at, false)
export const markDraft = (context: GitLabContext, at: PullRequestAt) => setDraft(context, at, true)

/** One that is closed or merged stays so. */
export const closePullRequest = Effect.fn("gitlab.close")(function* (
  context: GitLabContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { request } = yield* loadRequest(context, at)
  if (request.state !== "opened") return yield* loadPullRequest(context, at)
  return yield* change(context, at, { state_event: "close" })
})

export const reopenPullRequest = Effect.fn("gitlab.reopen")(function* (
  context: GitLabContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { request } = yield* loadRequest(context, at)
  if (request.state === "merged") {
    const explanation = `merge request ${at.externalId} is merged`
    return yield* new RejectedByHost({ ...whereOf(at.repository), explanation })
  }
  if (request.state !== "closed") return yield* loadPullRequest(context, at)
  return yield* change(context, at, { state_event: "reopen" })
})

/** Labels that the project has not are made by being added; those that it has not taken away are taken away. */
export const label = Effect.fn("gitlab.label")(function* (
  context: GitLabContext,
  { add = [], remove = [], ...at }: LabelPullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const comma = [...add, ...remove].find((name) => name.includes(","))
  if (comma !== undefined) {
    const explanation = `no label can be called ${JSON.stringify(comma)}: a comma ends its name`
    return yield* new RejectedByHost({ ...whereOf(at.repository), explanation })
  }
  if (add.length === 0 && remove.length === 0) return yield* loadPullRequest(context, at)
  return yield* change(context, at, {
    ...(add.length === 0 ? {} : { add_labels: add.join(",") }),
    ...(remove.length === 0 ? {} : { remove_labels: remove.join(",") })
  })
})

/** GitLab takes the whole list, by ids: those who are asked already stay. */
export const requestReviewers = Effect.fn("gitlab.requestReviewers")(function* (
  context: GitLabContext,
  { reviewers, ...at }: RequestReviewers
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { request } = yield* loadRequest(context, at)
  const asked = request.reviewers ?? []
  const missing = reviewers.filter((name) => !asked.some(({ username }) => username === name))
  if (missing.length === 0) return yield* loadPullRequest(context, at)
  const where = whereOf(at.repository)
  const ids = yield* Effect.forEach(missing, (username) => {
    const ask = { method: "GET", path: "/users", query: { username }, answer: Schema.Array(User) } as const
    return Effect.flatMap(settleRest(context.api.rest(where, ask), at.repository), ([user]) =>
      user === undefined
        ? Effect.fail(new RejectedByHost({ ...where, explanation: `there is no user ${username}` }))
        : Effect.succeed(user.id)
    )
  })
  return yield* change(context, at, { reviewer_ids: [...asked.map(({ id }) => id), ...ids] })
})
