/**
 * What can be asked of GraphQL, and done by it.
 */
import type { MergeMethod } from "../../../Abilities.ts"
import {
  editPullRequest,
  ForgeRefusal,
  type ForgePullRequest,
  type ForgeRepository,
  notice,
  viewOf
} from "../../forge/index.ts"
import { type Graph, pullRequestNode, repositoryNode, userNode } from "./nodes.ts"
import { notResolved, refuse } from "./refuse.ts"

interface Input {
  readonly input: { readonly pullRequestId: string; readonly clientMutationId?: string; readonly mergeMethod?: string }
}

const find = async ({ forge, token }: Graph, id: string) => {
  for (const repository of forge.repositories.values()) {
    if (forge.roleOf(repository, token) === null) continue
    for (const pullRequest of repository.pullRequests.values()) {
      if (`PR_${pullRequest.id}` === id) {
        await notice(forge, repository)
        return { repository, pullRequest }
      }
    }
  }
  throw notResolved(`a node with the global id of '${id}'`)
}

/** Does something to a pull request that whoever asks may change. */
const change =
  (
    graph: Graph,
    run: (repository: ForgeRepository, pullRequest: ForgePullRequest, input: Input["input"]) => Promise<void>
  ) =>
  async ({ input }: Input) => {
    const { pullRequest, repository } = await find(graph, input.pullRequestId)
    if (graph.forge.roleOf(repository, graph.token) === "read") {
      throw refuse("FORBIDDEN", `${graph.token.user.login} does not have the correct permissions to execute this`)
    }
    try {
      await run(repository, pullRequest, input)
    } catch (error) {
      if (error instanceof ForgeRefusal) throw refuse("UNPROCESSABLE", words(error))
      throw error
    }
    const { clientMutationId = null } = input
    return { clientMutationId, pullRequest: () => pullRequestNode(graph, repository, pullRequest) }
  }

const words = ({ reason }: ForgeRefusal): string => {
  if (reason === "archived") return "Repository was archived so is read-only."
  return reason === "no drafts" ? "Draft pull requests are not supported in this repository." : reason
}

const setDraft = (graph: Graph, draft: boolean) =>
  change(graph, async (repository, pullRequest) => {
    if (pullRequest.state !== "open") throw refuse("UNPROCESSABLE", "Pull request is closed")
    if (pullRequest.draft === draft) {
      throw refuse("UNPROCESSABLE", `Pull request is already ${draft ? "a draft" : "ready for review"}`)
    }
    await editPullRequest(graph.forge, repository, graph.token.user, pullRequest, { draft })
  })

const enableAutoMerge = (graph: Graph) =>
  change(graph, async (repository, pullRequest, { mergeMethod }) => {
    if (!repository.autoMerge) throw refuse("UNPROCESSABLE", "Auto merge is not allowed for this repository")
    const { mergeableState } = await viewOf(repository, pullRequest, "exact")
    if (mergeableState === "clean") throw refuse("UNPROCESSABLE", "Pull request is in clean status")
    if (mergeableState === "dirty") throw refuse("UNPROCESSABLE", "Pull request is in dirty status")
    const method = (mergeMethod ?? "MERGE").toLowerCase() as MergeMethod
    pullRequest.autoMerge = { method, by: graph.token.user, at: graph.forge.clock.tick() }
  })

export const rootOf = (graph: Graph) => ({
  viewer: () => userNode(graph.token.user),
  rateLimit: () => ({ cost: 1, limit: 5000, remaining: 4999, used: 1, resetAt: graph.forge.clock.now.toISOString() }),
  repository: async ({ name, owner }: { readonly name: string; readonly owner: string }) => {
    const found = graph.forge.repositories.get(`${owner}/${name}`)
    if (found === undefined || graph.forge.roleOf(found, graph.token) === null) {
      throw notResolved(`a Repository with the name '${owner}/${name}'`)
    }
    await notice(graph.forge, found)
    return repositoryNode(graph, found)
  },
  node: async ({ id }: { readonly id: string }) => {
    const { pullRequest, repository } = await find(graph, id)
    return pullRequestNode(graph, repository, pullRequest)
  },
  nodes: ({ ids }: { readonly ids: ReadonlyArray<string> }) => {
    if (ids.length > 100) throw refuse("ARGUMENT_LIMIT", "You may not provide more than 100 node ids")
    // each of its own: one that is gone is null, and says so
    return ids.map(async (id) => {
      const { pullRequest, repository } = await find(graph, id)
      return pullRequestNode(graph, repository, pullRequest)
    })
  },
  markPullRequestReadyForReview: setDraft(graph, false),
  convertPullRequestToDraft: setDraft(graph, true),
  enablePullRequestAutoMerge: enableAutoMerge(graph),
  disablePullRequestAutoMerge: change(graph, async (_repository, pullRequest) => {
    pullRequest.autoMerge = null
  })
})
