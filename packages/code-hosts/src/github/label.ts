import { Effect } from "effect"
import type { LabelPullRequest } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type GitHubContext, issuePath, settle, whereAt } from "./GitHubContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { AddLabels, Anything } from "./schemas.ts"

/** Labels that the repository has not are made by being added. */
export const label = Effect.fn("github.label")(function* (
  context: GitHubContext,
  { add = [], remove = [], ...at }: LabelPullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const where = whereAt(at)
  const path = `${issuePath(at)}/labels`
  const load = loadPullRequest(context, at)
  if (add.length > 0) {
    const body = { schema: AddLabels, value: { labels: add } }
    yield* settle(context.api.rest(where, { method: "POST", path, body, answer: Anything }), where, load)
  }
  if (remove.length > 0) {
    // GitHub keeps the letters of a label as they were made, and does not tell them apart
    const had = new Map((yield* load).labels.map((name) => [name.toLowerCase(), name]))
    for (const wanted of remove) {
      const name = had.get(wanted.toLowerCase())
      if (name !== undefined) yield* removeOne(context, at, name)
    }
  }
  return yield* load
})

const removeOne = (context: GitHubContext, at: Omit<LabelPullRequest, "add" | "remove">, name: string) => {
  const path = `${issuePath(at)}/labels/${encodeURIComponent(name)}`
  return context.api.rest(whereAt(at), { method: "DELETE", path, answer: Anything }).pipe(
    // somebody else took it away
    Effect.catchIf(
      (refusal) => refusal._tag === "NotFound" && /label/i.test(refusal.explanation),
      () => Effect.void
    ),
    (effect) => settle(effect, whereAt(at), loadPullRequest(context, at))
  )
}
