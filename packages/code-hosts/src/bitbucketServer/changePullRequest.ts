/**
 * Title, body, base, draft, reviewers: all of it is one request, which takes away what it does not name.
 */
import { Effect } from "effect"
import type { PullRequestAt, RequestReviewers, UpdatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, NotSupportedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type BitbucketServerContext, branchOf, pullPath, refOf, settle, whereOf } from "./BitbucketServerContext.ts"
import { changeNewest } from "./changeNewest.ts"
import { showPullRequest } from "./loadPullRequest.ts"
import { Pull, UpdatePull } from "./schemas.ts"

interface Wanted {
  readonly title: string
  readonly body: string
  readonly baseRef: string
  readonly draft: boolean
  readonly reviewers: ReadonlyArray<string>
}

const asItIs = (pull: Pull): Wanted => ({
  title: pull.title,
  body: pull.description ?? "",
  baseRef: branchOf(pull.toRef.id),
  draft: pull.draft === true,
  reviewers: (pull.reviewers ?? []).map(({ user }) => user.name)
})

const change = (
  context: BitbucketServerContext,
  at: PullRequestAt,
  decide: (current: Wanted) => Partial<Wanted>
): Effect.Effect<HostPullRequest, CodeHostError> =>
  changeNewest(context, at, (pull) => {
    const current = asItIs(pull)
    const wanted = { ...current, ...decide(current) }
    if (JSON.stringify(wanted) === JSON.stringify(current)) return undefined
    const value = {
      version: pull.version,
      title: wanted.title,
      description: wanted.body,
      toRef: refOf(at.repository, wanted.baseRef),
      reviewers: wanted.reviewers.map((name) => ({ user: { name } })),
      // a server that has no drafts need not hear of them
      ...(context.abilities.drafts ? { draft: wanted.draft } : {})
    }
    const body = { schema: UpdatePull, value }
    return context.api.rest(whereOf(at.repository), { method: "PUT", path: pullPath(at), body, answer: Pull })
  }).pipe(
    (effect) => settle(effect, at),
    Effect.flatMap((pull) => showPullRequest(context, at, pull))
  )

export const updatePullRequest = Effect.fn("bitbucketServer.update")(
  (context: BitbucketServerContext, { baseRef, body, title, ...at }: UpdatePullRequest) =>
    change(context, at, () => ({
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
      ...(baseRef === undefined ? {} : { baseRef })
    }))
)

export const markReady = Effect.fn("bitbucketServer.markReady")((context: BitbucketServerContext, at: PullRequestAt) =>
  change(context, at, () => ({ draft: false }))
)

export const markDraft = Effect.fn("bitbucketServer.markDraft")(function* (
  context: BitbucketServerContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  if (!context.abilities.redraft) return yield* new NotSupportedByHost({ ...whereOf(at.repository), what: "drafts" })
  return yield* change(context, at, () => ({ draft: true }))
})

export const requestReviewers = Effect.fn("bitbucketServer.requestReviewers")(
  (context: BitbucketServerContext, { reviewers, ...at }: RequestReviewers) =>
    change(context, at, (current) => ({ reviewers: [...new Set([...current.reviewers, ...reviewers])] }))
)
