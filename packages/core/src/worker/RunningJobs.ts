/**
 * The attempts a worker is at, and how each can be stopped.
 */
import type { Fiber } from "effect"
import type { Fence } from "../store/Fence.ts"

/** Why a handler was interrupted from outside. */
export type StopReason = "canceled" | "lost" | "shutdown" | "timedOut"

/** What of a claim matters here. */
type Attempt = Fence & { readonly settled: boolean }

export class RunningJob {
  readonly fence: Attempt
  readonly #leased: boolean
  #fiber: Fiber.Fiber<unknown, unknown> | undefined
  #stopped: StopReason | undefined
  #handling = true

  constructor(fence: Attempt, leased: boolean) {
    this.fence = fence
    this.#leased = leased
  }

  /** Whether heartbeats keep it. Else a row lock does, or it is completed already and has nothing to lose. */
  get leased(): boolean {
    return this.#leased && !this.fence.settled
  }

  /** The first reason it was stopped for, if any. */
  get stopped(): StopReason | undefined {
    return this.#stopped
  }

  /** The fiber to interrupt: at once, when the stop came first. */
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

  add(fence: Attempt, leased: boolean): RunningJob {
    const job = new RunningJob(fence, leased)
    this.#jobs.set(keyOf(fence), job)
    return job
  }

  remove(job: RunningJob): void {
    this.#jobs.delete(keyOf(job.fence))
  }

  /** In the order they were begun. */
  all(): ReadonlyArray<RunningJob> {
    return [...this.#jobs.values()]
  }
}

const keyOf = ({ attempt, id }: Fence): string => `${id}/${attempt}`
