/**
 * What can be asked of GraphQL.
 */
import { findPullRequest, findRepositoryByName } from "./find.ts"
import { mutationsOf } from "./mutations.ts"
import { type Graph, pullRequestNode, repositoryNode, userNode } from "./nodes.ts"
import { refuse } from "./refuse.ts"

const nodeOf = async (graph: Graph, id: string) => {
  const { pullRequest, repository } = await findPullRequest(graph, id)
  return pullRequestNode(graph, repository, pullRequest)
}

export const rootOf = (graph: Graph): object => ({
  ...mutationsOf(graph),
  viewer: () => userNode(graph.token.user),
  rateLimit: () => ({ cost: 1, limit: 5000, remaining: 4999, used: 1, resetAt: graph.forge.clock.now.toISOString() }),
  repository: async ({ name, owner }: { readonly name: string; readonly owner: string }) =>
    repositoryNode(graph, await findRepositoryByName(graph, owner, name)),
  node: ({ id }: { readonly id: string }) => nodeOf(graph, id),
  nodes: ({ ids }: { readonly ids: ReadonlyArray<string> }) => {
    if (ids.length > 100) throw refuse("ARGUMENT_LIMIT", "You may not provide more than 100 node ids")
    // each of its own: one that is gone is null, and says so
    return ids.map((id) => nodeOf(graph, id))
  }
})
