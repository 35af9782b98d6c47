/**
 * Gives records back that were taken and that no handler has begun: they go to
 * where they stood, no failure is counted, and any worker may take them at once.
 */
import { Duration, Effect, Exit, Metric, Schedule } from "effect"
import type { Key } from "../table/Key.ts"
import type { AttemptStore } from "./AttemptStore.ts"
import type { RunningJob } from "./RunningJobs.ts"

const returned = Metric.counter("drover_worker_prefetch_returned_total", {
  incremental: true,
  description: "Records that waited too long for a slot, or for a worker that stops, and were given back"
})

/** @param leave called for each record that is no longer this worker's */
export const giveBack = <Record, Id extends Key>(
  store: AttemptStore<Id>,
  worker: string,
  jobs: ReadonlyArray<RunningJob<Record, Id>>,
  leave: (job: RunningJob<Record, Id>) => void
): Effect.Effect<void> => {
  const patience = Schedule.spaced("200 millis").pipe(
    Schedule.upTo({ duration: Duration.toMillis(store.stalledMaxAge) })
  )
  const released = Effect.retry(store.release(jobs.map(({ claim }) => claim)), {
    while: (error) => error.retryable,
    schedule: patience
  })
  // somebody has locked the record: this waits. Or the attempt is another's by now: this does nothing
  const alone = (job: RunningJob<Record, Id>) =>
    Effect.ensuring(
      Effect.ignore(store.requeue(job.claim)),
      Effect.sync(() => leave(job))
    )
  return Effect.gen(function* () {
    const exit = yield* Effect.exit(released)
    if (Exit.isFailure(exit)) {
      yield* Effect.logError("Cannot give records back; the resetter will find them", exit.cause).pipe(
        Effect.annotateLogs({ worker, records: jobs.length })
      )
      return jobs.forEach(leave)
    }
    yield* Metric.update(Metric.withAttributes(returned, { worker }), jobs.length)
    const left = jobs.filter((job, at) => {
      if (exit.value[at] === true) leave(job)
      return exit.value[at] !== true
    })
    yield* Effect.forEach(left, alone, { concurrency: "unbounded", discard: true })
  })
}
