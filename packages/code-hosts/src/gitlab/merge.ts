import { Effect, Schedule } from "effect"
import type { AutoMerge, MergePullRequest, PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, HostUnavailable, NotMergeableOnHost, RejectedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { whyNotMerged } from "../whyNotMerged.ts"
import { type GitLabContext, loadProject, requestPath, settleChange, whereOf } from "./GitLabContext.ts"
import { loadPullRequest, loadRequest } from "./loadPullRequest.ts"
import { AcceptMergeRequest, Anything, type MergeRequest } from "./schemas.ts"

type Accept = typeof AcceptMergeRequest.Type

const accept = (context: GitLabContext, at: PullRequestAt, value: Accept) => {
  const body = { schema: AcceptMergeRequest, value }
  const ask = { method: "PUT", path: `${requestPath(at)}/merge`, body, answer: Anything } as const
  return context.api.rest(whereOf(at.repository), ask)
}

const notMerged = (at: PullRequestAt, reason: NotMergeableOnHost["reason"], explanation: string) =>
  new NotMergeableOnHost({ ...whereOf(at.repository), externalId: at.externalId, reason, explanation })

/** In words, as GitLab gives none. */
const wordsOf = ({ detailed_merge_status: status }: MergeRequest): string =>
  status === "ci_must_pass" || status === "ci_still_running" || status === "status_checks_must_pass"
    ? `the pipeline has to succeed first (${status})`
    : (status ?? "")

/** Looks again at one that was not merged. One that is merged after all is what was wanted. */
const lookAgain = Effect.fnUntraced(function* (
  context: GitLabContext,
  at: PullRequestAt,
  said: string,
  expectedHead: string | undefined
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const seen = yield* loadPullRequest(context, at)
  if (seen.state === "merged") return seen
  const { request } = yield* loadRequest(context, at)
  const explanation = [said, wordsOf(request)].filter((words) => words !== "").join(": ")
  return yield* notMerged(at, whyNotMerged(seen, explanation, expectedHead), explanation)
})

/**
 * Merges, once. A project has one way of merging, which only `squash` is a choice beside: what would become something
 * else than what was asked for is not merged.
 */
export const merge = Effect.fn("gitlab.merge")(function* (
  context: GitLabContext,
  { expectedHead, message, method, title, ...at }: MergePullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { request } = yield* loadRequest(context, at)
  if (request.state === "merged") return yield* loadPullRequest(context, at)
  const { archived, merge_method = "merge" } = yield* loadProject(context, at.repository)
  const linear = merge_method === "ff" || merge_method === "rebase_merge"
  const allowed = method === "squash" || (method === "merge" ? merge_method !== "ff" : linear)
  if (!archived && !allowed) {
    return yield* notMerged(at, "method", `this project merges by ${String(merge_method)}, not by ${method}`)
  }
  if (expectedHead !== undefined && request.sha !== expectedHead) {
    return yield* lookAgain(context, at, "the head was modified", expectedHead)
  }
  const rebased = !archived && method === "rebase" && request.detailed_merge_status === "need_rebase"
  const sha = rebased ? yield* rebase(context, at, request) : expectedHead
  const words = [title, message].filter((part) => part !== undefined).join("\n\n")
  const asked = accept(context, at, {
    ...(sha === undefined ? {} : { sha }),
    squash: method === "squash",
    ...(words === "" ? {} : { merge_commit_message: words, squash_commit_message: words })
  })
  return yield* asked.pipe(
    Effect.andThen(loadPullRequest(context, at)),
    Effect.catchTag("InTheWay", ({ explanation }) => lookAgain(context, at, explanation, sha)),
    (effect) => settleChange(context, effect, at.repository, loadPullRequest(context, at))
  )
})

/** Gives the head that it came to. A rebase is a job of GitLab's own, which is given half a minute. */
const rebase = Effect.fnUntraced(function* (
  context: GitLabContext,
  at: PullRequestAt,
  before: MergeRequest
): Effect.fn.Return<string, CodeHostError> {
  const where = whereOf(at.repository)
  const ask = { method: "PUT", path: `${requestPath(at)}/rebase`, answer: Anything } as const
  const asked = context.api
    .rest(where, ask)
    .pipe(
      Effect.catchTag("InTheWay", ({ explanation }) => Effect.asVoid(lookAgain(context, at, explanation, undefined)))
    )
  yield* settleChange(context, asked, at.repository)
  const busy = new HostUnavailable({ ...where, explanation: "it is still being rebased" })
  return yield* loadRequest(context, at).pipe(
    Effect.flatMap(({ request }): Effect.Effect<string, CodeHostError> => {
      if (request.rebase_in_progress === true) return Effect.fail(busy)
      if (typeof request.merge_error === "string") return Effect.fail(notMerged(at, "conflict", request.merge_error))
      return typeof request.sha !== "string" || request.sha === before.sha
        ? Effect.fail(busy)
        : Effect.succeed(request.sha)
    }),
    Effect.retry({ schedule: Schedule.spaced("1 second"), times: 30, while: (error: CodeHostError) => error === busy })
  )
})

/** GitLab merges at once what has nothing to wait for: so it is looked at first, and whoever asked merges. */
export const enableAutoMerge = Effect.fn("gitlab.enableAutoMerge")(function* (
  context: GitLabContext,
  { method, ...at }: AutoMerge
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const seen = yield* loadPullRequest(context, at)
  const { request } = yield* loadRequest(context, at)
  if (seen.state === "merged" || request.merge_when_pipeline_succeeds === true) return seen
  const where = whereOf(at.repository)
  if (seen.mergeableState === "clean" || seen.mergeableState === "unstable") {
    return yield* new RejectedByHost({ ...where, explanation: "nothing is left to wait for: merge it" })
  }
  const { merge_method = "merge" } = yield* loadProject(context, at.repository)
  if (method === "rebase" || (method === "merge" && merge_method === "ff")) {
    return yield* new RejectedByHost({
      ...where,
      explanation: `it merges by ${String(merge_method)}, not by ${method}`
    })
  }
  const head = seen.headSha === null ? {} : { sha: seen.headSha }
  const asked = accept(context, at, { ...head, squash: method === "squash", [context.autoMergeField]: true })
  yield* settleChange(context, asked, at.repository)
  return yield* loadPullRequest(context, at)
})

export const disableAutoMerge = Effect.fn("gitlab.disableAutoMerge")(function* (
  context: GitLabContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { request } = yield* loadRequest(context, at)
  if (request.merge_when_pipeline_succeeds !== true) return yield* loadPullRequest(context, at)
  const path = `${requestPath(at)}/cancel_merge_when_pipeline_succeeds`
  const asked = context.api.rest(whereOf(at.repository), { method: "POST", path, answer: Anything })
  yield* settleChange(context, asked, at.repository)
  return yield* loadPullRequest(context, at)
})
