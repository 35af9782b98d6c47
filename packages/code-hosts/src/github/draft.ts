/**
 * Drafts are GraphQL's alone. Their mutations refuse what is so already, so it is looked at first.
 */
import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { DraftAnswer, draftDocument, ReadyAnswer, readyDocument } from "./documents.ts"
import { type GitHubContext, settleRead, whereAt } from "./GitHubContext.ts"
import { hostPullRequest } from "./hostPullRequest.ts"
import { loadNode } from "./loadPullRequest.ts"

export const markReady = Effect.fn("github.markReady")(function* (
  context: GitHubContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const node = yield* loadNode(context, at)
  if (!node.isDraft || node.state !== "OPEN") return hostPullRequest(node)
  const ask = { document: readyDocument, variables: { id: node.id }, answer: ReadyAnswer }
  const answer = yield* settleRead(context.api.graphql(whereAt(at), ask), whereAt(at))
  return hostPullRequest(answer.markPullRequestReadyForReview.pullRequest)
})

export const markDraft = Effect.fn("github.markDraft")(function* (
  context: GitHubContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const node = yield* loadNode(context, at)
  if (node.isDraft || node.state !== "OPEN") return hostPullRequest(node)
  const ask = { document: draftDocument, variables: { id: node.id }, answer: DraftAnswer }
  const answer = yield* settleRead(context.api.graphql(whereAt(at), ask), whereAt(at))
  return hostPullRequest(answer.convertPullRequestToDraft.pullRequest)
})
