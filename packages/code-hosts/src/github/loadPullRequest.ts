import { Effect, Result } from "effect"
import type { LoadedPullRequest, PullRequestAt, PullRequestKnown } from "../CodeHost.ts"
import { type CodeHostError, PullRequestMissing } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { LoadAnswer, loadDocument, NodesAnswer, nodesDocument, type PullRequestNode } from "./documents.ts"
import { type GitHubContext, namesOf, settleRead, whereAt } from "./GitHubContext.ts"
import { hostPullRequest } from "./hostPullRequest.ts"

/** The number of a pull request; what GitHub never gave out is in no repository. */
export const requireNumber = ({ externalId, repository }: PullRequestAt): Effect.Effect<number, PullRequestMissing> => {
  const number = /^[1-9]\d{0,9}$/.test(externalId) ? Number(externalId) : 0
  return number > 0 && number <= 0x7fff_ffff
    ? Effect.succeed(number)
    : Effect.fail(new PullRequestMissing({ host: "github", repository: repository.name, externalId }))
}

/** One request. */
export const loadNode = Effect.fnUntraced(function* (
  { api }: GitHubContext,
  at: PullRequestAt
): Effect.fn.Return<PullRequestNode, CodeHostError> {
  const number = yield* requireNumber(at)
  const { name, owner } = namesOf(at.repository)
  const ask = { document: loadDocument, variables: { owner, name, number }, answer: LoadAnswer }
  const answer = yield* settleRead(api.graphql(whereAt(at), ask), whereAt(at))
  return answer.repository.pullRequest
})

export const loadPullRequest = (
  context: GitHubContext,
  at: PullRequestAt
): Effect.Effect<HostPullRequest, CodeHostError> => Effect.map(loadNode(context, at), hostPullRequest)

const BATCH = 100

/**
 * Many, in one request for a hundred of those whose handle is known, and one for each of the others. One that is gone
 * is told from one that is hidden by asking for it alone.
 */
export const loadPullRequests = Effect.fn("github.loadMany")(function* (
  context: GitHubContext,
  wanted: ReadonlyArray<PullRequestKnown>
): Effect.fn.Return<ReadonlyArray<LoadedPullRequest>, CodeHostError> {
  const handles = wanted.flatMap(({ handle }) => (handle === undefined ? [] : [handle]))
  const found = new Map<string, PullRequestNode>()
  for (let from = 0; from < handles.length; from += BATCH) {
    const ids = handles.slice(from, from + BATCH)
    for (const node of yield* loadNodes(context, ids)) if (node !== null) found.set(node.id, node)
  }
  return yield* Effect.forEach(wanted, (at) => {
    const node = at.handle === undefined ? undefined : found.get(at.handle)
    if (node !== undefined) return Effect.succeed({ at, result: Result.succeed(hostPullRequest(node)) })
    return loadPullRequest(context, at).pipe(
      Effect.map((loaded): LoadedPullRequest => ({ at, result: Result.succeed(loaded) })),
      // these say something of the one, others of the host
      Effect.catchTag(["PullRequestMissing", "RepositoryMissing", "ForbiddenOnHost"], (error) =>
        Effect.succeed({ at, result: Result.fail(error) })
      )
    )
  })
})

const loadNodes = ({ api }: GitHubContext, ids: ReadonlyArray<string>) => {
  const where = { host: "github", repository: `${ids.length} pull requests` }
  const tolerate = ({ type }: { readonly type?: string | null | undefined }) =>
    type === "NOT_FOUND" || type === "FORBIDDEN"
  const ask = { document: nodesDocument, variables: { ids }, answer: NodesAnswer, tolerate }
  return Effect.map(settleRead(api.graphql(where, ask), where), ({ nodes }) => nodes)
}
