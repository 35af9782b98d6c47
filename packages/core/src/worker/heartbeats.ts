/**
 * Keeps a worker's leases alive, and stops the handlers that lost theirs or were canceled.
 *
 * A heartbeat that fails says nothing about the leases: it cancels nothing.
 * `soon` brings the next one forward: somebody asked a record to stop.
 */
import { type Duration, Effect, Metric } from "effect"
import type { AnyWorkStore } from "../store/WorkStore.ts"
import * as Routine from "./Routine.ts"
import type { Stoppable } from "./RunningJobs.ts"
import { WakeUp } from "./WakeUp.ts"

const lost = Metric.counter("drover_worker_leases_lost_total", {
  incremental: true,
  description: "Attempts that were stopped because somebody else has the record"
})

export const heartbeats = (
  store: AnyWorkStore,
  running: { readonly all: () => ReadonlyArray<Stoppable> },
  worker: string,
  interval: Duration.Duration,
  soon: WakeUp = new WakeUp()
): Effect.Effect<never> => {
  const leasesLost = Metric.withAttributes(lost, { worker })
  const lose = (job: Stoppable) =>
    Effect.suspend(() => {
      job.stop("lost")
      if (job.stopped !== "lost") return Effect.void // it ended by itself meanwhile
      return Effect.andThen(
        Metric.update(leasesLost, 1),
        Effect.logWarning("Lease lost: the handler is interrupted").pipe(
          Effect.annotateLogs({ worker, id: String(job.claim.id), attempt: job.claim.attempt })
        )
      )
    })
  const beat = Effect.gen(function* () {
    soon.reset()
    const jobs = running.all().filter(({ leased }) => leased)
    // a record that came back to this very worker is held in its newest attempt only
    const newest = new Map(jobs.map((job) => [job.claim.id, job]))
    for (const job of jobs) if (newest.get(job.claim.id) !== job) yield* lose(job)
    const answer = yield* store.heartbeat([...newest.values()].map(({ claim }) => claim))
    const held = new Set<unknown>(answer.held)
    const canceled = new Set<unknown>(answer.canceled)
    for (const job of newest.values()) {
      if (canceled.has(job.claim.id)) job.stop("canceled")
      if (!held.has(job.claim.id) && job.leased) yield* lose(job)
    }
  })
  return Routine.run({
    name: `${worker}.heartbeat`,
    run: beat,
    interval,
    early: soon.called,
    onError: (cause) =>
      Effect.logWarning("Heartbeat failed; the next one will tell", cause).pipe(Effect.annotateLogs({ worker }))
  })
}
