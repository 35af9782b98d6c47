/**
 * What not every host can: reviewers, merging by the host itself, taking in the base.
 */
import { Effect } from "effect"
import type { AutoMerge, PullRequestAt, RequestReviewers, UpdateBranchFromBase } from "../CodeHost.ts"
import { type CodeHostError, NotMergeableOnHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { whyNotMerged } from "../whyNotMerged.ts"
import {
  DisableAutoMergeAnswer,
  disableAutoMergeDocument,
  EnableAutoMergeAnswer,
  enableAutoMergeDocument
} from "./documents.ts"
import { type GitHubContext, pullPath, settle, settleRead, whereAt } from "./GitHubContext.ts"
import { hostPullRequest } from "./hostPullRequest.ts"
import { loadNode, loadPullRequest } from "./loadPullRequest.ts"
import { Anything, RequestReviewers as RequestReviewersBody, UpdateBranch } from "./schemas.ts"

/** `org/team` is a team, all else a person. */
export const requestReviewers = Effect.fn("github.requestReviewers")(function* (
  context: GitHubContext,
  { reviewers, ...at }: RequestReviewers
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const load = loadPullRequest(context, at)
  if (reviewers.length === 0) return yield* load
  const teams = reviewers.filter((name) => name.includes("/")).map((name) => name.slice(name.indexOf("/") + 1))
  const value = { reviewers: reviewers.filter((name) => !name.includes("/")), team_reviewers: teams }
  const ask = { body: { schema: RequestReviewersBody, value }, answer: Anything, content: true } as const
  const path = `${pullPath(at)}/requested_reviewers`
  yield* settle(context.api.rest(whereAt(at), { method: "POST", path, ...ask }), whereAt(at), load)
  return yield* load
})

export const updateBranch = Effect.fn("github.updateBranch")(function* (
  context: GitHubContext,
  { expectedHead, ...at }: UpdateBranchFromBase
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const load = loadPullRequest(context, at)
  const value = expectedHead === undefined ? {} : { expected_head_sha: expectedHead }
  const ask = { body: { schema: UpdateBranch, value }, answer: Anything }
  const path = `${pullPath(at)}/update-branch`
  yield* settle(context.api.rest(whereAt(at), { method: "PUT", path, ...ask }), whereAt(at), load).pipe(
    Effect.catchTag("RejectedByHost", (rejected) =>
      /no new commits/i.test(rejected.explanation)
        ? Effect.void
        : Effect.flatMap(load, (seen) => {
            const { externalId, host, repository } = whereAt(at)
            const { explanation } = rejected
            const reason = whyNotMerged(seen, explanation, expectedHead)
            return Effect.fail(new NotMergeableOnHost({ host, repository, externalId, reason, explanation }))
          })
    )
  )
  return yield* load
})

const methods = { merge: "MERGE", squash: "SQUASH", rebase: "REBASE" } as const

/** GitHub does not take an order to merge later what it could merge now: then it says so, and whoever asked merges. */
export const enableAutoMerge = Effect.fn("github.enableAutoMerge")(function* (
  context: GitHubContext,
  { method, ...at }: AutoMerge
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const node = yield* loadNode(context, at)
  if (node.state === "MERGED" || node.autoMergeRequest?.mergeMethod === methods[method]) return hostPullRequest(node)
  const variables = { id: node.id, method: methods[method] }
  const ask = { document: enableAutoMergeDocument, variables, answer: EnableAutoMergeAnswer }
  const answer = yield* settleRead(context.api.graphql(whereAt(at), ask), whereAt(at))
  return hostPullRequest(answer.enablePullRequestAutoMerge.pullRequest)
})

export const disableAutoMerge = Effect.fn("github.disableAutoMerge")(function* (
  context: GitHubContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const node = yield* loadNode(context, at)
  if (node.autoMergeRequest === null || node.autoMergeRequest === undefined) return hostPullRequest(node)
  const ask = { document: disableAutoMergeDocument, variables: { id: node.id }, answer: DisableAutoMergeAnswer }
  const answer = yield* settleRead(context.api.graphql(whereAt(at), ask), whereAt(at))
  return hostPullRequest(answer.disablePullRequestAutoMerge.pullRequest)
})
