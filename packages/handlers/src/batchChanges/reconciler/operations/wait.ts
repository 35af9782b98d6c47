/**
 * Gives the changeset back for the moment that a host needs to see a push. The next attempt finds the branch where it
 * should be, pushes nothing, and goes on.
 */
import { Snooze } from "@drover/core"
import { Effect } from "effect"
import type { Changed, Run } from "../Run.ts"

/** How long a host needs that says nothing else. */
const rest = 3000

export const wait = Effect.fnUntraced(function* ({ host, pushed }: Run) {
  if (!pushed) return {} satisfies Changed
  const { settleMillis = rest } = (yield* host).abilities
  if (settleMillis === 0) return {} satisfies Changed
  return yield* new Snooze({ for: settleMillis, reason: "the host needs a moment to see the push" })
})
