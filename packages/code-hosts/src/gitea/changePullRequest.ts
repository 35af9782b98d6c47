/**
 * Title, body, base, draft, open or closed: one request to change, a look before and after.
 */
import { Effect } from "effect"
import type { PullRequestAt, UpdatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { draftTitle, readTitle, readyTitle } from "./draftTitle.ts"
import { type GiteaContext, pullPath, settle, whereOf } from "./GiteaContext.ts"
import { loadPull, loadPullRequest } from "./loadPullRequest.ts"
import type { Refusal } from "./refusalOf.ts"
import { EditPull } from "./schemas.ts"

type Changes = typeof EditPull.Type

const change = (context: GiteaContext, at: PullRequestAt, value: Changes) => {
  const where = whereOf(at.repository)
  const ask = { method: "PATCH", path: pullPath(at), body: { schema: EditPull, value } } as const
  const look = loadPull(context, at)
  // what is not found, where the pull request is, is the base
  const noBase = new RejectedByHost({ ...where, explanation: `it has no branch ${value.base ?? ""}` })
  return context.api.rest(where, ask).pipe(
    Effect.catchTag("NotFound", (refusal): Effect.Effect<never, Refusal> =>
      value.base === undefined ? Effect.fail(refusal) : Effect.andThen(look, Effect.fail(noBase))
    ),
    (effect) => settle(effect, where, look)
  )
}

/** A draft stays one, and what is none becomes none, whatever its title. */
export const updatePullRequest = Effect.fn("gitea.update")(function* (
  context: GiteaContext,
  { baseRef, body, title, ...at }: UpdatePullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const before = yield* loadPull(context, at)
  const { draft } = readTitle(before.title, before.draft)
  const value: Changes = {
    ...(title === undefined ? {} : { title: draft ? draftTitle(title) : title }),
    ...(body === undefined ? {} : { body }),
    // Gitea refuses the base that it has
    ...(baseRef === undefined || baseRef === before.base.ref ? {} : { base: baseRef })
  }
  if (Object.keys(value).length > 0) yield* change(context, at, value)
  return yield* loadPullRequest(context, at)
})

const markAs = Effect.fnUntraced(function* (context: GiteaContext, at: PullRequestAt, wanted: boolean) {
  const before = yield* loadPull(context, at)
  const { draft } = readTitle(before.title, before.draft)
  if (draft !== wanted && before.state === "open") {
    yield* change(context, at, { title: wanted ? draftTitle(before.title) : readyTitle(before.title) })
  }
  return yield* loadPullRequest(context, at)
})

export const markReady = (context: GiteaContext, at: PullRequestAt): Effect.Effect<HostPullRequest, CodeHostError> =>
  markAs(context, at, false)

export const markDraft = (context: GiteaContext, at: PullRequestAt): Effect.Effect<HostPullRequest, CodeHostError> =>
  markAs(context, at, true)

/** One that is closed or merged stays so. */
export const closePullRequest = Effect.fn("gitea.close")(function* (
  context: GiteaContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const before = yield* loadPull(context, at)
  if (before.state === "open") yield* change(context, at, { state: "closed" })
  return yield* loadPullRequest(context, at)
})

export const reopenPullRequest = Effect.fn("gitea.reopen")(function* (
  context: GiteaContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const before = yield* loadPull(context, at)
  if (before.merged === true) {
    const explanation = `pull request ${at.externalId} is merged`
    return yield* new RejectedByHost({ ...whereOf(at.repository), explanation })
  }
  if (before.state !== "open") yield* change(context, at, { state: "open" })
  return yield* loadPullRequest(context, at)
})
