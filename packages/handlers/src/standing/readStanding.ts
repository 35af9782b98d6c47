/**
 * Finds out where a pull request stands, from what the database and its base say now.
 */
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import type { Standing } from "./Standing.ts"

/** About the tips given, which the caller has looked up. */
export const readStanding = (_pull: PullRequest, _tips: Tips): Effect.Effect<Standing> =>
  Effect.succeed({ reviewDecision: null, checkRollup: "expected", missing: [], requireUpToDate: false })
