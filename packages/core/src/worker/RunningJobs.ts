/**
 * The attempts a worker is at, and how each can be stopped.
 */
import type { Fiber } from "effect"
import type { Fence } from "../store/Fence.ts"

/** Why a handler was interrupted from outside. */
export type StopReason = "canceled" | "lost" | "shutdown" | "timedOut"

export class RunningJob {
  readonly fence: Fence
  /** Whether heartbeats keep it; else a row lock does. */
  readonly leased: boolean
  #fiber: Fiber.Fiber<unknown, unknown> | undefined
  #stopped: StopReason | undefined
  #handling = true

  constructor(fence: Fence, leased: boolean) {
    this.fence = fence
    this.leased = leased
  }

  /** The first reason it was stopped for, if any. */
  get stopped(): StopReason | undefined {
    return this.#stopped
  }

  runsOn(fiber: Fiber.Fiber<unknown, unknown>): void {
    this.#fiber = fiber
    if (this.#stopped !== undefined) fiber.interruptUnsafe()
  }

  /** The handler has returned: from now on its outcome stands, and a stop comes too late. */
  handled(): void {
    this.#handling = false
  }

  stop(reason: StopReason): void {
    if (!this.#handling || this.#stopped !== undefined) return
    this.#stopped = reason
    this.#fiber?.interruptUnsafe()
  }
}

/** Keyed by attempt: a record that came back while its lost attempt still ends is another job. */
export class RunningJobs {
  readonly #jobs = new Map<string, RunningJob>()

  get size(): number {
    return this.#jobs.size
  }

  add(fence: Fence, leased: boolean): RunningJob {
    const job = new RunningJob(fence, leased)
    this.#jobs.set(keyOf(fence), job)
    return job
  }

  remove(job: RunningJob): void {
    this.#jobs.delete(keyOf(job.fence))
  }

  all(): ReadonlyArray<RunningJob> {
    return [...this.#jobs.values()]
  }
}

const keyOf = ({ attempt, id }: Fence): string => `${id}/${attempt}`
