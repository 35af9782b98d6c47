/**
 * What a global id, or a name, stands for: nothing, for whoever may not see it.
 */
import { type ForgeRepository, notice } from "../../forge/index.ts"
import type { Graph } from "./nodes.ts"
import { notResolved } from "./refuse.ts"

const visible = ({ forge, token }: Graph) =>
  [...forge.repositories.values()].filter((repository) => forge.roleOf(repository, token) !== null)

export const findPullRequest = async (graph: Graph, id: string) => {
  for (const repository of visible(graph)) {
    for (const pullRequest of repository.pullRequests.values()) {
      if (`PR_${pullRequest.id}` === id) {
        await notice(graph.forge, repository)
        return { repository, pullRequest }
      }
    }
  }
  throw notResolved(`a node with the global id of '${id}'`)
}

const seen = async (graph: Graph, found: ForgeRepository | undefined, what: string) => {
  if (found === undefined) throw notResolved(what)
  await notice(graph.forge, found)
  return found
}

export const findRepository = (graph: Graph, id: string) =>
  seen(
    graph,
    visible(graph).find((one) => `R_${one.id}` === id),
    `a node with the global id of '${id}'`
  )

export const findRepositoryByName = (graph: Graph, owner: string, name: string) =>
  seen(
    graph,
    visible(graph).find((one) => one.owner === owner && one.name === name),
    `a Repository with the name '${owner}/${name}'`
  )
