/**
 * Tells pull requests that branches moved: their tips, and a job for each, in one commit.
 */
import { Database } from "@drover/core"
import { resolveBranchTips } from "@drover/git"
import { and, eq, inArray, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { PullRequestRejected } from "./PullRequestRejected.ts"
import { recordTips } from "./recordTips.ts"

/** @category options */
export interface RecordPush {
  readonly repositoryId: number
  /** The branches that were pushed, created or deleted, without `refs/heads/`. Where they stand now is looked up. */
  readonly branches: ReadonlyArray<string>
}

/** Gives the ids of the pull requests that are computed anew: those not merged, with a branch as head or base. @category operations */
export const recordPush = Effect.fn("PullRequests.recordPush")(function* ({ branches, repositoryId }: RecordPush) {
  const { run, transaction } = yield* Database
  if (branches.length === 0) return []
  const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
  if (repository === undefined) {
    return yield* new PullRequestRejected({ field: "repository", rule: `${repositoryId} does not exist` })
  }
  return yield* transaction(
    Effect.gen(function* () {
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
      const { tips } = yield* resolveBranchTips({ repository: repository.path, branches: refs })
      for (const pull of affected) {
        yield* recordTips(pull, { base: tips.get(pull.baseRef) ?? null, head: tips.get(pull.headRef) ?? null })
      }
      yield* RecomputeMergeability.enqueueAll(affected.map(({ id }) => ({ pullRequestId: id })))
      return affected.map(({ id }) => id)
    })
  )
})
