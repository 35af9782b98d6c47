import { Effect } from "effect"
import type { LabelPullRequest, PullRequestAt } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type GiteaContext, issuePath, repositoryPath, settle, whereOf } from "./GiteaContext.ts"
import { loadPull, loadPullRequest } from "./loadPullRequest.ts"
import { AddLabels, CreateLabel, Label, Labels } from "./schemas.ts"

const COLOUR = "#ededed"

/** Labels go by their ids; those that the repository has not are made first. */
export const label = Effect.fn("gitea.label")(function* (
  context: GiteaContext,
  { add = [], remove = [], ...at }: LabelPullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const where = whereOf(at.repository)
  const look = loadPull(context, at)
  const had = new Map(((yield* look).labels ?? []).map(({ id, name }) => [name.toLowerCase(), id]))
  const missing = add.filter((name) => !had.has(name.toLowerCase()))
  if (missing.length > 0) {
    const labels = yield* idsOf(context, at, missing)
    const body = { schema: AddLabels, value: { labels } }
    yield* settle(context.api.rest(where, { method: "POST", path: `${issuePath(at)}/labels`, body }), where, look)
  }
  for (const name of remove) {
    const id = had.get(name.toLowerCase())
    if (id === undefined) continue
    yield* context.api.rest(where, { method: "DELETE", path: `${issuePath(at)}/labels/${id}` }).pipe(
      // somebody else took it away, or took the label itself away, which Gitea says with 422
      Effect.catchTag(["NotFound", "RejectedByHost"], () => Effect.void),
      (effect) => settle(effect, where, look)
    )
  }
  return yield* loadPullRequest(context, at)
})

/** What Gitea gives at most by itself. */
const PAGE = 50

const idsOf = Effect.fnUntraced(function* (context: GiteaContext, at: PullRequestAt, names: ReadonlyArray<string>) {
  const where = whereOf(at.repository)
  const path = `${repositoryPath(at.repository)}/labels`
  const known = new Map<string, number>()
  for (let page = 1; ; page += 1) {
    const ask = { method: "GET", path, query: { page, limit: PAGE }, answer: Labels } as const
    const some = (yield* settle(context.api.rest(where, ask), where, Effect.void)) ?? []
    // Gitea allows several of one name: the oldest is meant
    for (const { id, name } of some) known.set(name.toLowerCase(), known.get(name.toLowerCase()) ?? id)
    // a host may allow fewer a page than were asked for
    if (some.length === 0) break
  }
  return yield* Effect.forEach(names, (name) => {
    const id = known.get(name.toLowerCase())
    if (id !== undefined) return Effect.succeed(id)
    const body = { schema: CreateLabel, value: { name, color: COLOUR } }
    const made = context.api.rest(where, { method: "POST", path, body, answer: Label })
    return Effect.map(settle(made, where, loadPull(context, at)), (one) => one.id)
  })
})
