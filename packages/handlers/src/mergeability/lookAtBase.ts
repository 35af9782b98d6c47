/**
 * Looks at the pull requests of a base that nothing is known of. Served by `pull_requests_base_idx`.
 */
import { Database } from "@drover/core"
import { resolveRefs } from "@drover/git"
import { and, eq, getTableColumns, gt, inArray, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { lockRepository } from "../pullRequests/locks.ts"
import { type PullRefs, pullRefsFrom, refsOf } from "../pullRequests/pullRefs.ts"
import { recordTips, undecided } from "../pushes/recordTips.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { pullRequests } from "../schema/pullRequests.ts"

export interface Base {
  readonly repositoryId: number
  readonly baseRef: string
}

/** A pull request, and where its refs stood at the look. */
export interface Seen {
  readonly pull: PullRequest
  readonly refs: PullRefs
}

/** The next of them, or these. */
export type Which = { readonly after: number; readonly limit: number } | { readonly ids: ReadonlyArray<number> }

/** Notes where their branches stand now, all at one moment. Holds the repository meanwhile. */
export const lookAtBase = Effect.fnUntraced(function* ({ baseRef, repositoryId }: Base, which: Which) {
  const { run, transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const repository = yield* lockRepository(repositoryId)
      if (repository === undefined) return []
      const rows = yield* run((db) =>
        db
          .select(getTableColumns(pullRequests))
          .from(pullRequests)
          .where(
            and(
              eq(pullRequests.repositoryId, repositoryId),
              eq(pullRequests.baseRef, baseRef),
              eq(pullRequests.mergeableState, "unknown"),
              sql`${pullRequests.state} <> 'merged'`,
              "ids" in which ? inArray(pullRequests.id, [...which.ids]) : gt(pullRequests.id, which.after)
            )
          )
          .orderBy(pullRequests.id)
          .limit("ids" in which ? which.ids.length : which.limit)
          .for("update")
      )
      const pulls = rows.map((row) => ({
        ...row,
        repositoryName: repository.name,
        repositoryPath: repository.path
      }))
      const seen = yield* refsOfMany(repository.path, pulls)
      const headsMoved = yield* recordTips(seen.map(({ pull, refs }) => ({ id: pull.id, ...refs.tips })))
      // pushes that nobody told of
      yield* RecomputeReviewDecision.enqueueAll(Array.from(headsMoved, (pullRequestId) => ({ pullRequestId })))
      return seen.map(({ pull, refs }) => ({ pull: headsMoved.has(pull.id) ? { ...pull, ...undecided } : pull, refs }))
    })
  )
})

/** Reads the refs of many pull requests of one repository at one moment. */
export const refsOfMany = Effect.fnUntraced(function* (repository: string, pulls: ReadonlyArray<PullRequest>) {
  const refs = pulls.flatMap((pull) => Object.values(refsOf(pull)))
  const found = yield* resolveRefs({ repository, refs })
  return pulls.map((pull): Seen => ({ pull, refs: pullRefsFrom(pull, found) }))
})
