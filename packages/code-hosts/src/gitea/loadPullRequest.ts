import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, PullRequestMissing } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import {
  type GiteaContext,
  pullPath,
  repositoryPath,
  requireNumber,
  requireRepository,
  settle,
  whereOf
} from "./GiteaContext.ts"
import { hostPullRequest } from "./hostPullRequest.ts"
import { readTitle } from "./draftTitle.ts"
import type { Refusal } from "./refusalOf.ts"
import { Branch, CombinedStatus, Pull, Reviews } from "./schemas.ts"

/** The pull request as it is sent. One request, and one more to tell what is missing. */
export const loadPull = Effect.fnUntraced(function* (
  context: GiteaContext,
  at: PullRequestAt
): Effect.fn.Return<typeof Pull.Type, CodeHostError> {
  const where = whereOf(at.repository)
  const missing = new PullRequestMissing({ ...where, externalId: at.externalId })
  const gone = Effect.andThen(requireRepository(context, at.repository), Effect.fail(missing))
  // the repository may be what is missing, and that says more
  yield* Effect.catchTag(requireNumber(at), "PullRequestMissing", () => gone)
  return yield* settle(context.api.rest(where, { method: "GET", path: pullPath(at), answer: Pull }), where, gone)
})

/** With its checks, its reviews and what its branch demands: four requests for an open one, and git where they may conflict. */
export const loadPullRequest = Effect.fn("gitea.load")(function* (
  context: GiteaContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const pull = yield* loadPull(context, at)
  const { sha } = pull.head
  const status = sha ? yield* readStatus(context, at, sha) : null
  const reviews = yield* readReviews(context, at)
  const branch = pull.state === "open" ? yield* readBranch(context, at, pull.base.ref) : null
  const doubtful = pull.state === "open" && pull.mergeable !== true && !readTitle(pull.title, pull.draft).draft
  const { base, head } = pull
  const conflicts =
    doubtful && base.sha && head.sha ? yield* context.conflicts(at.repository, base.sha, head.sha) : null
  return hostPullRequest(pull, { status, reviews, branch, conflicts })
})

/** What cannot be found beside a pull request that is there is not there. */
const orNull = <A>(effect: Effect.Effect<A, Refusal>, { repository }: PullRequestAt) =>
  settle(
    Effect.catchTag(effect, "NotFound", () => Effect.succeed(null)),
    whereOf(repository),
    Effect.void
  )

const readStatus = ({ api }: GiteaContext, at: PullRequestAt, sha: string) => {
  const path = `${repositoryPath(at.repository)}/commits/${sha}/status`
  return orNull(api.rest(whereOf(at.repository), { method: "GET", path, answer: CombinedStatus }), at)
}

const readBranch = ({ api }: GiteaContext, at: PullRequestAt, name: string) => {
  const path = `${repositoryPath(at.repository)}/branches/${encodeURIComponent(name)}`
  return orNull(api.rest(whereOf(at.repository), { method: "GET", path, answer: Branch }), at)
}

/** What Gitea gives at most by itself. */
const PAGE = 50

const readReviews = Effect.fnUntraced(function* ({ api }: GiteaContext, at: PullRequestAt) {
  const all: Array<NonNullable<typeof Reviews.Type>[number]> = []
  for (let page = 1; ; page += 1) {
    const query = { page, limit: PAGE }
    const ask = { method: "GET", path: `${pullPath(at)}/reviews`, query, answer: Reviews } as const
    const some = (yield* orNull(api.rest(whereOf(at.repository), ask), at)) ?? []
    all.push(...some)
    // a host may allow fewer a page than were asked for
    if (some.length === 0) return all
  }
})
