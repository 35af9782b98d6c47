/** Looking at pull requests, as a routine. */
import { Routine } from "@drover/core"
import { Duration, Effect } from "effect"
import { hearForge } from "./hearForge.ts"
import { type SyncChangesets, syncChangesets } from "./syncChangesets.ts"

/** @category options */
export interface ChangesetSync extends SyncChangesets {
  /** From the end of one run to the start of the next. Defaults to 10 seconds. */
  readonly interval?: Duration.Input | undefined
}

/**
 * Hears what happened on the forge since the run before, and a minute more: what is computed of an event comes after it.
 *
 * @category layers
 */
export const changesetSync = ({ interval = "10 seconds", ...options }: ChangesetSync = {}) =>
  Routine.layer({
    name: "sync-changesets",
    run: Effect.andThen(
      hearForge({ within: Duration.sum(Duration.fromInputUnsafe(interval), Duration.minutes(1)) }),
      syncChangesets(options)
    ),
    interval
  })
