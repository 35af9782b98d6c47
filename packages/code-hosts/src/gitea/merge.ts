import { Effect } from "effect"
import type { MergePullRequest } from "../CodeHost.ts"
import { type CodeHostError, HostUnavailable, NotMergeableOnHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { whyNotMerged } from "../whyNotMerged.ts"
import { type GiteaContext, pullPath, settle, whereOf } from "./GiteaContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import type { Refusal } from "./refusalOf.ts"
import { MergePull } from "./schemas.ts"

/**
 * Merges, once. Whatever Gitea answers, the pull request is looked at afterwards: one that is merged is what was wanted;
 * of one that is not, its state tells why. A conflict is 500 there, and so is a host that is broken: it is one where
 * git's words say so, or where git itself finds it.
 */
export const merge = Effect.fn("gitea.merge")(function* (
  context: GiteaContext,
  { expectedHead, message, method, title, ...at }: MergePullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const where = whereOf(at.repository)
  const load = loadPullRequest(context, at)
  const value = {
    Do: method,
    ...(expectedHead === undefined ? {} : { head_commit_id: expectedHead }),
    ...(title === undefined ? {} : { MergeTitleField: title }),
    ...(message === undefined ? {} : { MergeMessageField: message })
  }
  const ask = { method: "POST", path: `${pullPath(at)}/merge`, body: { schema: MergePull, value } } as const
  return yield* context.api.rest(where, ask).pipe(
    Effect.andThen(load),
    Effect.catchTag(["NotDone", "Conflicting", "Broken", "NotFound"], (refusal) =>
      Effect.flatMap(load, (seen): Effect.Effect<HostPullRequest, Refusal> => {
        if (seen.state === "merged") return Effect.succeed(seen)
        const { _tag, explanation } = refusal
        const reason = whyNotMerged(seen, explanation, expectedHead)
        // one that can be read, and may not be merged
        if (_tag === "NotFound" && reason === "other") return Effect.fail(refusal)
        const failed: CodeHostError =
          _tag === "Broken" && reason === "other"
            ? new HostUnavailable({ ...where, explanation: `500 ${explanation}` })
            : new NotMergeableOnHost({ ...where, externalId: at.externalId, reason, explanation })
        return Effect.fail(failed)
      })
    ),
    (effect) => settle(effect, where, load)
  )
})
