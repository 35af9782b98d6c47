/**
 * Points a pull request at another base.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { changeAndRecompute } from "./changeAndRecompute.ts"
import { requirePullRequest } from "./findPullRequest.ts"
import { holdPullRequest } from "./locks.ts"
import { rejectTwin } from "./rejectTwin.ts"
import { requireBranches } from "./requireBranches.ts"
import { requireOpen } from "./requireOpen.ts"

/** @category options */
export interface ChangeBase {
  readonly pullRequestId: number
  /** A branch name without `refs/heads/`. */
  readonly base: string
}

/** The rules of a new pull request hold. With the base that it has it stays as it is. @category operations */
export const changeBase = Effect.fn("PullRequests.changeBase")(function* ({ base, pullRequestId }: ChangeBase) {
  const { transaction } = yield* Database
  const { headRef: head } = yield* requirePullRequest(pullRequestId)
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* requireOpen(yield* holdPullRequest(pullRequestId))
      if (pull.baseRef === base) return pull
      const tips = yield* requireBranches({ ...pull, base, head })
      return yield* changeAndRecompute(pull, { baseRef: base, baseSha: tips.base, headSha: tips.head })
    })
  ).pipe(rejectTwin({ base, head }))
})
