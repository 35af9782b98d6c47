/**
 * Reads a pull request by what people call it, and shows what became of it.
 */
import { type ActorId, viewPullRequest } from "@drover/handlers"
import { Effect } from "effect"
import { show } from "../../output/show.ts"
import { pullRequestJson } from "./pullRequestJson.ts"

export interface Named {
  readonly repo: string
  readonly number: number
}

export const view = ({ number, repo }: Named, actorId: ActorId) =>
  viewPullRequest({ repository: repo, number, actorId })

/** For people a sentence; for programs the pull request as it is now. */
export const tell = Effect.fnUntraced(function* (pull: { readonly id: number }, actorId: ActorId, sentence: string) {
  const now = yield* viewPullRequest({ pullRequestId: pull.id, actorId })
  yield* show(pullRequestJson(now), () => `${now.repositoryName}#${now.number} ${sentence}\n`)
})
