/**
 * Tells what became of a check run, and of its suite where this ended it, and has the pull requests with that head
 * computed anew. Part of the transaction that holds the suite.
 */
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { recordEvent } from "../events/recordEvent.ts"
import type { checkRuns, checkSuites } from "../schema/checks.ts"
import { runBody, suiteBody } from "./bodies.ts"
import { recomputeHeads } from "./recomputeHeads.ts"
import { latestInSuite } from "./suiteRuns.ts"
import { suiteState } from "./suiteState.ts"

export const tellOfRun = Effect.fnUntraced(function* (
  suite: typeof checkSuites.$inferSelect,
  run: typeof checkRuns.$inferSelect,
  action: "created" | "completed" | "rerequested" | undefined,
  actorId: ActorId
) {
  const { headSha: sha, repositoryId } = suite
  if (action !== undefined) {
    yield* recordEvent({ event: "check_run", action, repositoryId, actorId, body: { check_run: runBody(run) } })
  }
  if (action === "completed") {
    const state = suiteState(yield* latestInSuite(suite.id))
    if (state.status === "completed") {
      const check_suite = suiteBody({ ...suite, ...state })
      yield* recordEvent({ event: "check_suite", action, repositoryId, actorId, body: { check_suite } })
    }
  }
  yield* recomputeHeads({ repositoryId, sha })
})
