import { Effect, type Schema } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, PullRequestMissing } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type BitbucketServerContext, pullPath, repositoryPath, settle, whereOf } from "./BitbucketServerContext.ts"
import { hostPullRequest, isConflicted } from "./hostPullRequest.ts"
import { Anything, BuildStats, Changes, Mergeability, Pull, Settings } from "./schemas.ts"

/** The pull request as it is sent, with its version. */
export const loadPull = Effect.fnUntraced(function* (
  { api }: BitbucketServerContext,
  at: PullRequestAt
): Effect.fn.Return<Pull, CodeHostError> {
  const where = whereOf(at.repository)
  if (!/^[1-9]\d{0,17}$/.test(at.externalId)) {
    // the repository may be what is missing, and that says more
    yield* settle(api.rest(where, { method: "GET", path: repositoryPath(at.repository), answer: Anything }), at)
    return yield* new PullRequestMissing({ ...where, externalId: at.externalId })
  }
  return yield* settle(api.rest(where, { method: "GET", path: pullPath(at), answer: Pull }), at)
})

export const loadPullRequest = Effect.fn("bitbucketServer.load")(function* (
  context: BitbucketServerContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  return yield* showPullRequest(context, at, yield* loadPull(context, at))
})

/**
 * A pull request that was sent, with what is not in it: its builds, whether it merges, and what stands in the way. Two
 * requests for an open one, and one more where it conflicts, or where it is vetoed.
 */
export const showPullRequest = Effect.fnUntraced(function* (
  context: BitbucketServerContext,
  at: PullRequestAt,
  pull: Pull
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const commit = pull.fromRef.latestCommit
  const stats = `/build-status/latest/commits/stats/${commit}`
  const builds = typeof commit === "string" ? yield* readOrNull(context, at, stats, BuildStats) : null
  const open = pull.state === "OPEN"
  const mergeability = open ? yield* readOrNull(context, at, `${pullPath(at)}/merge`, Mergeability) : null
  const vetoed = (mergeability?.vetoes ?? []).length > 0
  const settings = vetoed ? yield* readOrNull(context, at, settingsPath(at), Settings) : null
  const conflicted = open && isConflicted(mergeability)
  const changes = conflicted
    ? yield* readOrNull(context, at, `${pullPath(at)}/changes`, Changes, { limit: 1000 })
    : null
  const conflictedPaths = (changes?.values ?? [])
    .filter(({ conflict }) => conflict !== undefined && conflict !== null)
    .map(({ path }) => path.components.join("/"))
  return hostPullRequest(pull, { builds, mergeability, settings, conflictedPaths })
})

export const settingsPath = ({ repository }: PullRequestAt): string =>
  `${repositoryPath(repository)}/settings/pull-requests`

/** What is beside a pull request may not be there, or not any more: it was merged just now. */
const readOrNull = <A>(
  { api }: BitbucketServerContext,
  at: PullRequestAt,
  path: string,
  answer: Schema.Codec<A, unknown>,
  query?: Readonly<Record<string, number>>
): Effect.Effect<A | null, CodeHostError> =>
  settle(
    Effect.catchTag(
      api.rest(whereOf(at.repository), { method: "GET", path, answer, query }),
      ["NotFound", "NotDone"],
      () => Effect.succeed(null)
    ),
    at
  )
