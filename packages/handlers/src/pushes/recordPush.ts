/**
 * Tells pull requests that branches moved: their tips, and a job for each, in one commit.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { lockRepository } from "../pullRequests/locks.ts"
import { PullRequestRejected } from "../pullRequests/PullRequestError.ts"
import { recordMoves } from "./recordMoves.ts"

/** @category options */
export interface RecordPush {
  readonly repositoryId: number
  /** The branches that were pushed, created or deleted, without `refs/heads/`. Where they stand now is looked up. */
  readonly branches: ReadonlyArray<string>
}

/** Gives the ids of the pull requests that are computed anew: those not merged, with a branch as head or base. @category operations */
export const recordPush = Effect.fn("PullRequests.recordPush")(function* ({ branches, repositoryId }: RecordPush) {
  const { transaction } = yield* Database
  if (branches.length === 0) return []
  return yield* transaction(
    Effect.gen(function* () {
      const repository = yield* lockRepository(repositoryId)
      if (repository === undefined) {
        return yield* new PullRequestRejected({ field: "repository", rule: `${repositoryId} does not exist` })
      }
      return yield* recordMoves({ repositoryId, repositoryPath: repository.path, branches })
    })
  )
})
