/**
 * What the bench can ask of a child process, over one system. Times are measured here, next to the system.
 */
import { now } from "./clock.ts"
import { type EnqueueOptions, measureEnqueue } from "./measureEnqueue.ts"
import { measureLatency } from "./measureLatency.ts"
import { produce, type ProduceOptions } from "./produce.ts"
import { percentile } from "./statistics.ts"
import type { ClaimsOptions, System, Working } from "./systems/System.ts"
import { Tally, type TallyReport } from "./Tally.ts"

export interface WorkOptions {
  /** Handlers return at once, or wait this long. Defaults to 0. */
  readonly millis?: number
  /** Whether payloads carry when they were enqueued. Defaults to false. */
  readonly timed?: boolean
  /** Tells at once when this many jobs were handled, besides every 10 ms. */
  readonly target?: number
}

/** What a working child says unasked. */
export type Progress = TallyReport

export interface Waits {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const progressInterval = 10

export const childCommands = (system: System, tell: (progress: Progress) => void) => {
  let tally = new Tally(() => {})
  let working: Working | undefined
  let ticking: NodeJS.Timeout | undefined

  return {
    install: () => system.install(),
    fill: (first: number, count: number) => system.fill(first, count),

    /** Starts a worker; answers when the start was asked for. */
    work: async ({ millis = 0, target, timed = false }: WorkOptions): Promise<number> => {
      const counting: Tally = (tally = new Tally((handled) => {
        if (handled === target) tell(counting.report())
      }))
      let told = 0
      ticking = setInterval(() => {
        if (counting.handled === told) return
        told = counting.handled
        tell(counting.report())
      }, progressInterval)
      const startedAt = now()
      working = await system.work({ start: counting.start, millis, timed })
      return startedAt
    },

    /** Stops the worker; answers how long that took, in milliseconds, and what it has handled in all. */
    stop: async (): Promise<TallyReport & { readonly millis: number }> => {
      const from = now()
      await working?.stop()
      const millis = now() - from
      clearInterval(ticking)
      working = undefined
      return { ...tally.report(), millis }
    },

    /** How long the jobs that were handled since `work` had waited, but for the first `skipped` of them. */
    waits: async (skipped: number): Promise<Waits> => {
      const waits = tally.waitTimes().slice(skipped)
      const at = (share: number) => percentile(waits, share)
      return { count: waits.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
    },

    latency: (samples: number) => measureLatency(system, samples),
    enqueue: (options: EnqueueOptions) => measureEnqueue(system, options),
    produce: (options: ProduceOptions) => produce(system, options),
    claims: async (options: ClaimsOptions) => {
      if (system.claims === undefined) throw new Error("This system's claims cannot be measured alone")
      return system.claims(options)
    },
    close: () => system.close()
  }
}

export type ChildCommands = ReturnType<typeof childCommands>
