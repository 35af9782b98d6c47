/**
 * Brings the code search index of a repository to the tip of its default branch.
 *
 * One transaction changes it: a search sees the index of one commit or of the other, and a try that fails leaves the one before.
 */
import { Database, type DatabaseError } from "@drover/core"
import type { Git, GitError } from "@drover/git"
import { Effect } from "effect"
import { saveError } from "./indexState.ts"
import { indexTip, type Reindexed } from "./indexTip.ts"
import { ReindexCode } from "./ReindexCode.ts"
import { storeAhead } from "./storeAhead.ts"

export type { Reindexed } from "./indexTip.ts"

/** How often the branch may move meanwhile before what comes then is left to the job of the push that moves it. */
const ROUNDS = 5

/**
 * Indexes what differs from the commit that the index has; everything, where that commit is gone. Looks again when it
 * is through: the branch may have moved meanwhile.
 *
 * Fails when git or the database does. The reason is in the index's state then, and the index as it was.
 *
 * @category operations
 */
export const reindexCode = Effect.fn("Search.reindexCode")(function* (
  repositoryId: number
): Effect.fn.Return<Reindexed, GitError | DatabaseError, Git | Database> {
  const { transaction } = yield* Database
  const recorded = <A, R>(effect: Effect.Effect<A, GitError | DatabaseError, R>) =>
    Effect.tapError(effect, (error) => Effect.ignore(saveError(repositoryId, error.message)))
  const once = recorded(transaction(indexTip(repositoryId)))
  const ahead = yield* recorded(storeAhead(repositoryId))
  const first = yield* once
  let outcome: Reindexed = first._tag === "Indexed" ? { ...first, readBlobs: first.readBlobs + ahead } : first
  for (let round = 1; round < ROUNDS && outcome._tag === "Indexed"; round++) {
    const next: Reindexed = yield* once
    if (next._tag !== "Indexed") break
    outcome = {
      ...next,
      whole: outcome.whole || next.whole,
      changedFiles: outcome.changedFiles + next.changedFiles,
      readBlobs: outcome.readBlobs + next.readBlobs
    }
  }
  return outcome
})

/** The handler of `ReindexCode`. @category handlers */
export const reindexCodeHandler = ReindexCode.handle(({ repositoryId }) =>
  Effect.flatMap(reindexCode(repositoryId), (outcome) =>
    Effect.logDebug("Indexed code").pipe(
      Effect.annotateLogs({ repositoryId, outcome: outcome._tag, ...(outcome._tag === "Indexed" ? outcome : {}) })
    )
  )
)
