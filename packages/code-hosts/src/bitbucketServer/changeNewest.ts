import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import type { BitbucketServerContext } from "./BitbucketServerContext.ts"
import { loadPull } from "./loadPullRequest.ts"
import type { Refusal } from "./refusalOf.ts"
import type { Pull } from "./schemas.ts"

/** Decides by a pull request as it is what to send; undefined: nothing, it is so already. */
export type Change = (pull: Pull) => Effect.Effect<Pull, Refusal> | undefined

/**
 * Changes a pull request at the version that was read, and gives it as it is after. Where somebody changed it in
 * between, the change is decided once more, by what it is now: not more often, for whoever asked shall know that it
 * does not come to rest.
 *
 * @param read As it was read just now. Defaults to reading it.
 */
export const changeNewest = (
  context: BitbucketServerContext,
  at: PullRequestAt,
  change: Change,
  read?: Pull
): Effect.Effect<Pull, Refusal> => {
  const load: Effect.Effect<Pull, Refusal> = loadPull(context, at)
  const attempt = (pull: Pull) => change(pull) ?? Effect.succeed(pull)
  return Effect.flatMap(read === undefined ? load : Effect.succeed(read), attempt).pipe(
    Effect.catchTag("OutOfDate", ({ newest }) =>
      Effect.flatMap(newest === undefined ? load : Effect.succeed(newest), attempt)
    )
  )
}
