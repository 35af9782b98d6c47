/**
 * One attempt at a record that heartbeats keep: the handler runs on a fiber of
 * its own, which is what a stop interrupts, and its end is written with others'.
 */
import { Cause, type Context, Effect, Exit } from "effect"
import type { Key } from "../table/Key.ts"
import { writtenEnd } from "./AttemptStore.ts"
import { endingOf } from "./Ending.ts"
import {
  type Begin,
  handlerSpan,
  type JobRunner,
  makeCountOutcome,
  servicesOf,
  type Told,
  withLimit
} from "./JobRunner.ts"
import type { Marks, Outcome } from "./Marks.ts"
import type { RunningJob } from "./RunningJobs.ts"

export const runLeased = <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  services: Context.Context<R>,
  marks: Pick<Marks<Id>, "add">
): Begin<Record, Id> => {
  const { handle, limit, policy, worker } = runner
  const handling = runner.metrics.meter("handle", services)
  const count = makeCountOutcome(worker, services)

  const finish = (job: RunningJob<Record, Id>, exit: Exit.Exit<unknown, unknown>, { ended }: Told) => {
    const { claim } = job
    const warn = (...message: ReadonlyArray<unknown>) =>
      void Effect.runForkWith(servicesOf(services, worker, claim))(Effect.logWarning(...message))
    const conclude = (outcome: Outcome) => {
      count(outcome)
      ended()
    }
    if (claim.settled) {
      if (Exit.isFailure(exit)) warn("The handler failed after it had completed its record", exit.cause)
      return conclude("completed")
    }
    const ending = endingOf(runner, job, exit)
    if (ending._tag === "Lost") return conclude("lost")
    const tell = (outcome: Outcome) => {
      if (outcome === "lost") {
        warn("The attempt was no longer the current one when it ended; its outcome is dropped")
      }
      conclude(outcome)
    }
    if (ending._tag === "Completed") return marks.add(claim, ending, tell)
    Effect.runForkWith(services)(writtenEnd(policy(claim), claim, ending)).addObserver((end) => {
      marks.add(claim, Exit.isSuccess(end) ? end.value : unscheduled(end.cause), tell)
    })
  }

  return (job, told) => {
    const { claim } = job
    // it was stopped while it waited: the handler never begins
    if (job.stopped !== undefined) {
      job.handled()
      told.handled()
      return finish(job, Exit.failCause(Cause.interrupt()), told)
    }
    const start = performance.now()
    const handler = handlerSpan(worker, claim)(Effect.suspend(() => handle(claim)))
    const fiber = Effect.runForkWith(servicesOf(services, worker, claim))(withLimit(handler, limit(claim), job))
    job.handling(() => fiber.interruptUnsafe())
    fiber.addObserver((exit) => {
      job.handled()
      handling(exit, performance.now() - start)
      told.handled()
      finish(job, exit, told)
    })
  }
}

/** A retry policy whose schedule breaks leaves no other attempt. */
const unscheduled = (cause: Cause.Cause<unknown>) =>
  ({ _tag: "Failed", message: `defect in the retry policy: ${Cause.pretty(cause)}` }) as const
