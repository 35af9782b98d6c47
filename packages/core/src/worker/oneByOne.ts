/**
 * A worker whose records are each an attempt of their own: by a lease, or by a
 * transaction for each.
 */
import { Effect } from "effect"
import type { Database } from "../database/Database.ts"
import type { LowWaterMark } from "../store/LowWaterMark.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import type { Key } from "../table/Key.ts"
import { dequeueLoop, type DequeueLoopOptions } from "./dequeueLoop.ts"
import type { JobRunner } from "./JobRunner.ts"
import { Marks } from "./Marks.ts"
import { runLeased } from "./runLeased.ts"
import { runLocked } from "./runLocked.ts"
import { RunningJobs } from "./RunningJobs.ts"

export interface OneByOneOptions<Record, Id extends Key, Source extends string, R> extends Pick<
  DequeueLoopOptions<Record, Id, Source, R>,
  "conditions" | "hooks" | "lowWaterMark" | "services" | "settings" | "wakeUp"
> {
  readonly runner: JobRunner<Record, Id, R>
  readonly store: Pick<WorkStore<Record, Id, Source>, "dequeueBatch" | "lockClaim">
  readonly database: Database["Service"]
  readonly lowWaterMark: LowWaterMark
}

export const oneByOne = <Record, Id extends Key, Source extends string, R>({
  database,
  runner,
  store,
  ...shared
}: OneByOneOptions<Record, Id, Source, R>) => {
  const { services, settings, wakeUp } = shared
  const running = new RunningJobs<Record, Id>()
  const marks = new Marks<Id>({
    store: runner.store,
    fork: Effect.runForkWith(services),
    onRoom: () => wakeUp.callIfMore()
  })
  const loop = dequeueLoop({
    ...shared,
    runner,
    dequeue: store.dequeueBatch,
    begin:
      settings.ownership === "lease"
        ? runLeased(runner, services, marks)
        : runLocked(runner, store, database, services),
    ready: () => !marks.full,
    running
  })
  return {
    ...loop,
    running,
    /** Until no attempt is left. */
    empty: running.empty,
    /** Interrupts the handlers, whose records are given back. */
    interrupt: Effect.sync(() => {
      for (const job of running.all()) job.stop("shutdown")
    })
  }
}
