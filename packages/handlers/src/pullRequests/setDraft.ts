/**
 * Makes a pull request a draft, or ready for review.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { changeAndRecompute } from "./changeAndRecompute.ts"
import { holdPullRequest } from "./locks.ts"
import { requireOpen } from "./requireOpen.ts"

/** @category options */
export interface SetDraft {
  readonly pullRequestId: number
  readonly draft: boolean
}

/** What is one already stays as it is. @category operations */
export const setDraft = Effect.fn("PullRequests.setDraft")(function* ({ draft, pullRequestId }: SetDraft) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* requireOpen(yield* holdPullRequest(pullRequestId))
      return pull.draft === draft ? pull : yield* changeAndRecompute(pull, { draft })
    })
  )
})
