/**
 * Does what people do, by the calls that an application would make, and pushes as people push.
 */
import { createStatus, listPullRequests, mergePullRequest, submitReview } from "@drover/handlers"
import { Data, Effect } from "effect"
import * as Clone from "./Clone.ts"
import type { Deed } from "./scenario.ts"
import { open, type Stage } from "./Stage.ts"

/** The demo has lost its thread: somebody else merged or closed what it goes on with. */
class NoPullRequest extends Data.TaggedError("NoPullRequest")<{ readonly head: string }> {
  override get message() {
    return `There is no open pull request of ${this.head}`
  }
}

export const perform = Effect.fnUntraced(function* (stage: Stage, deed: Deed) {
  const { ada, ben, clone, repositoryId } = stage
  switch (deed._tag) {
    case "Push": {
      yield* Clone.fetch(clone)
      return yield* Clone.push(clone, yield* Clone.move(clone, deed.move))
    }
    case "Open":
      return yield* open(stage, deed.pull)
    case "Approve": {
      const { id: pullRequestId } = yield* pullOf(stage, deed.head)
      return yield* submitReview({ pullRequestId, verdict: "approve", actorId: ben.id })
    }
    case "Report": {
      const { headSha } = yield* pullOf(stage, deed.head)
      const { context, state } = deed
      return yield* createStatus({ repositoryId, sha: headSha ?? "", context, state, actorId: ada.id })
    }
    case "Merge": {
      const { id: pullRequestId } = yield* pullOf(stage, deed.head)
      return yield* mergePullRequest({ pullRequestId, method: "squash", actorId: ada.id })
    }
  }
})

const pullOf = Effect.fnUntraced(function* ({ repositoryId }: Stage, head: string) {
  const { pullRequests } = yield* listPullRequests({ repositoryId, head, state: "open", limit: 1 })
  return pullRequests[0] ?? (yield* new NoPullRequest({ head }))
})
