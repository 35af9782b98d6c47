/**
 * Where many pull requests of one base stand.
 */
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { findProtection } from "../protection/findProtection.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { readStanding } from "./readStanding.ts"
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
 * Where nothing protects the base nothing can be missing, and what `recompute_review_decision` keeps in the rows is all
 * there is to know. In their order.
 */
export const readStandings = Effect.fnUntraced(function* (
  { baseRef, repositoryId }: Base,
  asked: ReadonlyArray<Asked>
) {
  const protection = yield* findProtection({ repositoryId, branch: baseRef })
  if (protection === undefined) return asked.map(({ pull }) => unprotected(pull))
  return yield* Effect.forEach(asked, ({ pull, tips }) => readStanding(pull, tips), { concurrency: 4 })
})

const unprotected = ({ checkRollup, reviewDecision }: PullRequest): Standing => ({
  reviewDecision,
  checkRollup,
  missing: [],
  requireUpToDate: false
})
