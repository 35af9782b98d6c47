/**
 * The attempts a worker holds, from the dequeue until their ends are written,
 * and how each can be stopped.
 */
import { Effect } from "effect"
import type { Claim } from "../store/Claim.ts"
import type { Fence } from "../store/Fence.ts"
import type { Key } from "../table/Key.ts"

/** Why a handler was interrupted from outside. */
export type StopReason = "canceled" | "lost" | "shutdown" | "timedOut"

/** What heartbeats and limits know of an attempt. */
export interface Stoppable {
  readonly claim: Fence
  readonly leased: boolean
  readonly stopped: StopReason | undefined
  readonly stop: (reason: StopReason) => void
}

export class RunningJob<Record = unknown, Id extends Key = Key> implements Stoppable {
  readonly claim: Claim<Record, Id>
  /** When it was dequeued, in the process's own milliseconds. */
  readonly since = performance.now()
  readonly #leased: boolean
  #interrupt: (() => void) | undefined
  #stopped: StopReason | undefined
  #ended = false

  constructor(claim: Claim<Record, Id>, leased: boolean) {
    this.claim = claim
    this.#leased = leased
  }

  /** Whether heartbeats keep it. Else a row lock does, or it is completed already and has nothing to lose. */
  get leased(): boolean {
    return this.#leased && !this.claim.settled
  }

  /** The first reason it was stopped for, if any. */
  get stopped(): StopReason | undefined {
    return this.#stopped
  }

  /** The handler runs, and `interrupt` stops it: at once, when the stop came first. */
  handling(interrupt: () => void): void {
    this.#interrupt = interrupt
    if (this.#stopped !== undefined) interrupt()
  }

  /** The handler has returned: from now on its outcome stands, and a stop comes too late. */
  handled(): void {
    this.#ended = true
    this.#interrupt = undefined
  }

  stop(reason: StopReason): void {
    if (this.#ended || this.#stopped !== undefined) return
    this.#stopped = reason
    this.#interrupt?.()
  }
}

/** Each attempt is one of its own: a record that came back while its lost attempt still ends is another job. */
export class RunningJobs<Record = unknown, Id extends Key = Key> {
  readonly #jobs = new Set<RunningJob<Record, Id>>()
  #emptied: Array<() => void> = []

  get size(): number {
    return this.#jobs.size
  }

  add(claim: Claim<Record, Id>, leased: boolean): RunningJob<Record, Id> {
    const job = new RunningJob(claim, leased)
    this.#jobs.add(job)
    return job
  }

  remove(job: RunningJob<Record, Id>): void {
    this.#jobs.delete(job)
    if (this.#jobs.size === 0) for (const resume of this.#emptied.splice(0)) resume()
  }

  /** In the order they were dequeued. */
  all(): ReadonlyArray<RunningJob<Record, Id>> {
    return [...this.#jobs]
  }

  /** Until none is left. */
  readonly empty: Effect.Effect<void> = Effect.callback((resume) => {
    if (this.#jobs.size === 0) resume(Effect.void)
    else this.#emptied.push(() => resume(Effect.void))
  })
}
