/**
 * Tells the pull requests of branches that these moved: their tips, and a job for each. Part of the transaction of
 * whatever moved them, which holds the repository.
 *
 * Served by `pull_requests_head_idx` and `pull_requests_base_idx`.
 */
import { Database } from "@drover/core"
import { resolveBranchTips } from "@drover/git"
import { and, eq, inArray, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import { askForMergeability } from "../mergeability/askForMergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { recordTips } from "./recordTips.ts"

interface RecordMoves {
  readonly repositoryId: number
  readonly repositoryPath: string
  readonly branches: ReadonlyArray<string>
}

/** Gives the ids of the pull requests that are computed anew: those not merged, with a branch as head or base. */
export const recordMoves = Effect.fnUntraced(function* ({ branches, repositoryId, repositoryPath }: RecordMoves) {
  const { run } = yield* Database
  const affected = yield* run((db) =>
    db
      .select({ id: pullRequests.id, baseRef: pullRequests.baseRef, headRef: pullRequests.headRef })
      .from(pullRequests)
      .where(
        and(
          eq(pullRequests.repositoryId, repositoryId),
          sql`${pullRequests.state} <> 'merged'`,
          or(inArray(pullRequests.headRef, [...branches]), inArray(pullRequests.baseRef, [...branches]))
        )
      )
      .orderBy(pullRequests.id)
      .for("update")
  )
  const refs = affected.flatMap(({ baseRef, headRef }) => [baseRef, headRef])
  const { tips } = yield* resolveBranchTips({ repository: repositoryPath, branches: refs })
  yield* recordTips(
    affected.map(({ baseRef, headRef, id }) => ({
      id,
      base: tips.get(baseRef) ?? null,
      head: tips.get(headRef) ?? null
    }))
  )
  yield* askForMergeability(repositoryId, affected, branches)
  return affected.map(({ id }) => id)
})
