/**
 * What can be done by GraphQL.
 */
import type { MergeMethod } from "../../../Abilities.ts"
import {
  addComment,
  editPullRequest,
  type ForgePullRequest,
  ForgeRefusal,
  type ForgeRepository,
  mergePullRequest,
  openPullRequest,
  viewOf
} from "../../forge/index.ts"
import { refusedChange, refusedMerge } from "../refusals.ts"
import { findPullRequest, findRepository } from "./find.ts"
import { commentNode, type Graph, pullRequestNode } from "./nodes.ts"
import { refuse } from "./refuse.ts"

interface Input {
  readonly clientMutationId?: string | null
}
interface OfPullRequest extends Input {
  readonly pullRequestId: string
}
interface Merge extends OfPullRequest {
  readonly mergeMethod?: string | null
  readonly expectedHeadOid?: string | null
  readonly commitHeadline?: string | null
  readonly commitBody?: string | null
}
interface Create extends Input {
  readonly repositoryId: string
  readonly title: string
  readonly body?: string | null
  readonly baseRefName: string
  readonly headRefName: string
  readonly draft?: boolean | null
}
interface Comment extends Input {
  readonly subjectId: string
  readonly body: string
}

interface Reply {
  readonly message: string
  readonly errors?: ReadonlyArray<{ readonly message?: string }>
}

/** REST's words, by the other door. */
const settle = async <A>(run: () => Promise<A>, refused: (refusal: ForgeRefusal) => { readonly body?: unknown }) => {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ForgeRefusal)) throw error
    const { errors, message } = refused(error).body as Reply
    throw refuse("UNPROCESSABLE", errors?.[0]?.message ?? message)
  }
}

const requireWrite = ({ forge, token }: Graph, repository: ForgeRepository) => {
  if (forge.roleOf(repository, token) === "read") {
    throw refuse("FORBIDDEN", `${token.user.login} does not have the correct permissions to execute this`)
  }
}

/** Does something to a pull request that whoever asks may change. */
const change =
  <I extends OfPullRequest>(
    graph: Graph,
    run: (repository: ForgeRepository, pullRequest: ForgePullRequest, input: I) => Promise<unknown>,
    refused: (refusal: ForgeRefusal, input: I) => { readonly body?: unknown } = (refusal) =>
      refusedChange(refusal, { owner: "", headRef: "", baseRef: "" })
  ) =>
  async ({ input }: { readonly input: I }) => {
    const { pullRequest, repository } = await findPullRequest(graph, input.pullRequestId)
    requireWrite(graph, repository)
    await settle(
      () => run(repository, pullRequest, input),
      (refusal) => refused(refusal, input)
    )
    const { clientMutationId = null } = input
    return { clientMutationId, pullRequest: () => pullRequestNode(graph, repository, pullRequest) }
  }

const setDraft = (graph: Graph, draft: boolean) =>
  change(graph, async (repository, pullRequest) => {
    if (pullRequest.state !== "open") throw refuse("UNPROCESSABLE", "Pull request is closed")
    if (pullRequest.draft === draft) {
      throw refuse("UNPROCESSABLE", `Pull request is already ${draft ? "a draft" : "ready for review"}`)
    }
    await editPullRequest(graph.forge, repository, graph.token.user, pullRequest, { draft })
  })

const setState = (graph: Graph, state: "open" | "closed") =>
  change(graph, (repository, pullRequest) =>
    editPullRequest(graph.forge, repository, graph.token.user, pullRequest, { state })
  )

const methodOf = (name: string | null | undefined) => (name ?? "MERGE").toLowerCase() as MergeMethod

const merge = (graph: Graph) =>
  change<Merge>(
    graph,
    (repository, pullRequest, input) =>
      mergePullRequest(graph.forge, repository, graph.token.user, pullRequest, {
        method: methodOf(input.mergeMethod),
        expectedHead: input.expectedHeadOid ?? undefined,
        title: input.commitHeadline ?? undefined,
        message: input.commitBody ?? undefined
      }),
    (refusal, input) => refusedMerge(refusal, methodOf(input.mergeMethod))
  )

const enableAutoMerge = (graph: Graph) =>
  change<Merge>(graph, async (repository, pullRequest, { mergeMethod }) => {
    if (!repository.autoMerge) throw refuse("UNPROCESSABLE", "Auto merge is not allowed for this repository")
    const { mergeableState } = await viewOf(repository, pullRequest, "exact")
    if (mergeableState === "clean") throw refuse("UNPROCESSABLE", "Pull request is in clean status")
    if (mergeableState === "dirty") throw refuse("UNPROCESSABLE", "Pull request is in dirty status")
    pullRequest.autoMerge = { method: methodOf(mergeMethod), by: graph.token.user, at: graph.forge.clock.tick() }
  })

const create =
  (graph: Graph) =>
  async ({ input }: { readonly input: Create }) => {
    const repository = await findRepository(graph, input.repositoryId)
    requireWrite(graph, repository)
    const { baseRefName: baseRef, clientMutationId = null, headRefName, title } = input
    const headRef = headRefName.replace(`${repository.owner}:`, "")
    const ask = { title, body: input.body ?? "", baseRef, headRef, draft: input.draft ?? false }
    const { owner } = repository
    const pullRequest = await settle(
      () => openPullRequest(graph.forge, repository, graph.token.user, ask),
      (refusal) => refusedChange(refusal, { owner, headRef, baseRef })
    )
    return { clientMutationId, pullRequest: () => pullRequestNode(graph, repository, pullRequest) }
  }

const comment =
  (graph: Graph) =>
  async ({ input }: { readonly input: Comment }) => {
    const { pullRequest, repository } = await findPullRequest(graph, input.subjectId)
    const added = await settle(
      () => addComment(graph.forge, repository, graph.token.user, pullRequest, input.body),
      (refusal) => refusedChange(refusal, { owner: "", headRef: "", baseRef: "" })
    )
    return {
      clientMutationId: input.clientMutationId ?? null,
      subject: () => pullRequestNode(graph, repository, pullRequest),
      commentEdge: { cursor: String(added.id), node: () => commentNode(graph, repository, pullRequest, added) }
    }
  }

export const mutationsOf = (graph: Graph): object => ({
  createPullRequest: create(graph),
  addComment: comment(graph),
  closePullRequest: setState(graph, "closed"),
  reopenPullRequest: setState(graph, "open"),
  mergePullRequest: merge(graph),
  markPullRequestReadyForReview: setDraft(graph, false),
  convertPullRequestToDraft: setDraft(graph, true),
  enablePullRequestAutoMerge: enableAutoMerge(graph),
  disablePullRequestAutoMerge: change(graph, async (_repository, pullRequest) => {
    pullRequest.autoMerge = null
  })
})
