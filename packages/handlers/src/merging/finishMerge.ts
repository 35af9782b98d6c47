/**
 * Finishes a merge whose base has moved, and whose record was lost with the process that moved it.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { holdWithRepository } from "../pullRequests/locks.ts"
import { landedCommit, type PullRefs } from "../pullRequests/pullRefs.ts"
import { recordMerge } from "./recordMerge.ts"

/** Answers whether there was one. */
export const finishMerge = Effect.fnUntraced(function* (pull: PullRequest, refs: PullRefs) {
  const commit = yield* landedCommit(pull, refs)
  if (commit === undefined) return false
  const { transaction } = yield* Database
  yield* transaction(
    Effect.gen(function* () {
      const held = yield* holdWithRepository(pull.id)
      if (held.state !== "merged") yield* recordMerge(held, { commit, base: held.baseSha, head: held.headSha })
    })
  ).pipe(Effect.catchTag("PullRequestNotFound", () => Effect.void))
  return true
})
