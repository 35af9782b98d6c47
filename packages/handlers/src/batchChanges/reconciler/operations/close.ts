/** Closes the pull request, where it is open. It was asked for once, and is done once. */
import { Effect } from "effect"
import { sql } from "drizzle-orm"
import { changesets } from "../../../schema/changesets.ts"
import { outside } from "../outside.ts"
import { type Changed, type Run, writeOwn } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"

/** What is asked for while this attempt runs is for the next one. */
const answered = { closing: sql`${changesets.closing} and ${changesets.runAgain}` }

export const close = Effect.fnUntraced(function* (run: Run) {
  const { claim, external } = run
  if (external !== "open" && external !== "draft") {
    yield* writeOwn(claim, answered)
    return {} satisfies Changed
  }
  const at = yield* atPullRequest(run, "close")
  return yield* outside(run, {
    operation: "close",
    intent: { externalId: at.externalId },
    act: (host) => host.close(at),
    save: (seen) => Effect.andThen(writeOwn(claim, answered), keep(run, seen))
  })
})
