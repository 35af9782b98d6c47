import { Effect } from "effect"
import type { AutoMerge, MergePullRequest, PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, NotMergeableOnHost, RejectedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import type { MergeMethod } from "../Abilities.ts"
import { whyNotMerged } from "../whyNotMerged.ts"
import { type BitbucketServerContext, pullPath, settle, whereOf } from "./BitbucketServerContext.ts"
import { changeNewest } from "./changeNewest.ts"
import { loadPull, loadPullRequest, settingsPath, showPullRequest } from "./loadPullRequest.ts"
import { mergeStrategy } from "./mergeStrategy.ts"
import { NotDone, type Refusal } from "./refusalOf.ts"
import { MergePull, Pull, Settings } from "./schemas.ts"

/** The strategy that the repository has for a method. */
const readStrategy = (context: BitbucketServerContext, at: PullRequestAt, method: MergeMethod) => {
  const ask = { method: "GET", path: settingsPath(at), answer: Settings } as const
  return Effect.flatMap(context.api.rest(whereOf(at.repository), ask), (settings): Effect.Effect<string, Refusal> => {
    const strategy = mergeStrategy(method, settings)
    const explanation = `merge strategy for ${method} is not allowed in this repository`
    return strategy === undefined ? Effect.fail(new NotDone({ explanation })) : Effect.succeed(strategy)
  })
}

/**
 * Merges, once. It is told the version that was looked at, since it takes no commit for a guard. Where it does not
 * merge, the pull request is looked at again: one that is merged is what was wanted; of one that is not, its state and
 * the vetoes tell why.
 */
export const merge = Effect.fn("bitbucketServer.merge")(function* (
  context: BitbucketServerContext,
  { expectedHead, message, method, title, ...at }: MergePullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const where = whereOf(at.repository)
  const read = yield* loadPull(context, at)
  const { api } = context
  const merging = (strategyId: string) =>
    changeNewest(
      context,
      at,
      (pull): Effect.Effect<Pull, Refusal> | undefined => {
        if (pull.state === "MERGED") return undefined
        if (expectedHead !== undefined && pull.fromRef.latestCommit !== expectedHead) {
          return Effect.fail(new NotDone({ explanation: `the head is at ${pull.fromRef.latestCommit}` }))
        }
        const body = { schema: MergePull, value: { strategyId, ...wordsOf(title, message) } }
        const path = `${pullPath(at)}/merge`
        return api.rest(where, { method: "POST", path, query: { version: pull.version }, body, answer: Pull })
      },
      read
    )
  const merged =
    read.state === "MERGED" ? Effect.succeed(read) : Effect.flatMap(readStrategy(context, at, method), merging)
  return yield* merged.pipe(
    Effect.flatMap((pull) => showPullRequest(context, at, pull)),
    Effect.catchTag("NotDone", ({ explanation }) =>
      Effect.flatMap(loadPullRequest(context, at), (seen): Effect.Effect<HostPullRequest, Refusal> => {
        if (seen.state === "merged") return Effect.succeed(seen)
        const reason = whyNotMerged(seen, explanation, expectedHead)
        return Effect.fail(new NotMergeableOnHost({ ...where, externalId: at.externalId, reason, explanation }))
      })
    ),
    (effect) => settle(effect, at)
  )
})

/** Without a title of ours, Bitbucket's own stays above the message. */
const wordsOf = (title: string | undefined, message: string | undefined) => {
  const text = [title, message].filter((part) => part !== undefined && part !== "").join("\n\n")
  if (text === "") return {}
  return { message: text, autoSubject: title === undefined || title === "" ? "true" : "false" } as const
}

/** Bitbucket merges at once what has nothing to wait for: so it is looked at first, and whoever asked merges. */
export const enableAutoMerge = Effect.fn("bitbucketServer.enableAutoMerge")(function* (
  context: BitbucketServerContext,
  { method, ...at }: AutoMerge
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const where = whereOf(at.repository)
  const read = yield* loadPull(context, at)
  const seen = yield* showPullRequest(context, at, read)
  if (seen.state === "merged") return seen
  if (seen.mergeableState === "clean" || seen.mergeableState === "unstable") {
    return yield* new RejectedByHost({ ...where, explanation: "nothing is left to wait for: merge it" })
  }
  const asked = Effect.flatMap(readStrategy(context, at, method), (strategyId) => {
    const body = { schema: MergePull, value: { strategyId, autoMerge: true } }
    const path = `${pullPath(at)}/merge`
    return changeNewest(
      context,
      at,
      ({ version }) => context.api.rest(where, { method: "POST", path, query: { version }, body, answer: Pull }),
      read
    )
  })
  return yield* settle(
    asked.pipe(
      // the repository does not allow it
      Effect.catchTag("ForbiddenOnHost", ({ explanation }) =>
        Effect.fail(new RejectedByHost({ ...where, explanation }))
      )
    ),
    at
  ).pipe(Effect.flatMap((pull) => showPullRequest(context, at, pull)))
})

export const disableAutoMerge = Effect.fn("bitbucketServer.disableAutoMerge")(function* (
  context: BitbucketServerContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const ask = { method: "DELETE", path: `${pullPath(at)}/auto-merge` } as const
  // nothing was asked for, or nothing is left to take back
  const asked = Effect.catchTag(
    context.api.rest(whereOf(at.repository), ask),
    ["NotFound", "NotDone"],
    () => Effect.void
  )
  yield* settle(asked, at)
  return yield* loadPullRequest(context, at)
})
