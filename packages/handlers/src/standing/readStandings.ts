/**
 * Where many pull requests of one base stand: what `readStanding` says of each, in a handful of statements.
 */
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { findProtection } from "../protection/findProtection.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { reportsOfMany, reviewsOfMany } from "./factsOfMany.ts"
import { ownedFiles } from "./ownedFiles.ts"
import { noOwners, standingOf } from "./readStanding.ts"
import type { Standing } from "./Standing.ts"

interface Asked {
  readonly pull: PullRequest
  readonly tips: Tips
}

interface Base {
  readonly repositoryId: number
  readonly baseRef: string
}

/**
 * In their order. Where nothing protects the base nothing can be missing, and what `recompute_review_decision` keeps in
 * the rows is all there is to know, once it has looked at their heads. Only code owners take git processes for each.
 */
export const readStandings = Effect.fnUntraced(function* (
  { baseRef, repositoryId }: Base,
  asked: ReadonlyArray<Asked>
) {
  const protection = yield* findProtection({ repositoryId, branch: baseRef })
  if (protection === undefined && asked.every(({ pull }) => pull.reviewsCheckedAt !== null)) {
    return asked.map(({ pull }) => unprotected(pull))
  }
  const reviews = yield* reviewsOfMany(
    repositoryId,
    asked.map(({ pull }) => pull.id)
  )
  const reports = yield* reportsOfMany(
    repositoryId,
    asked.flatMap(({ tips }) => tips.head ?? [])
  )
  const owners =
    protection?.requireCodeOwners === true
      ? yield* Effect.forEach(asked, ({ pull, tips }) => ownedFiles(pull, tips), { concurrency: 4 })
      : []
  return asked.map(({ pull, tips: { head } }, index) =>
    standingOf(protection, {
      reports: reports.get(head ?? "") ?? [],
      ownership: owners[index] ?? noOwners,
      reviews: reviews.get(pull.id) ?? [],
      head
    })
  )
})

const unprotected = ({ checkRollup, reviewDecision }: PullRequest): Standing => ({
  reviewDecision,
  checkRollup,
  missing: [],
  requireUpToDate: false
})
