/**
 * What a worker's process saw of the jobs: how many, each once, when, and how long each had waited.
 */
import { now } from "./clock.ts"
import type { Payload } from "./systems/System.ts"

export interface TallyReport {
  readonly handled: number
  /** Of their numbers. Over all processes it tells whether each job ran exactly once. */
  readonly sum: number
  /** Jobs that this process has handled before. */
  readonly repeated: number
  readonly firstAt: number
  readonly lastAt: number
}

export class Tally {
  handled = 0
  private sum = 0
  private repeated = 0
  private firstAt = 0
  private lastAt = 0
  private seen = new Uint8Array(1 << 16)
  private readonly waits: Array<number> = []
  private readonly onHandled: (handled: number) => void

  constructor(onHandled: (handled: number) => void) {
    this.onHandled = onHandled
  }

  readonly start = ({ at, n }: Payload): void => {
    const time = now()
    if (this.handled === 0) this.firstAt = time
    this.lastAt = time
    if (at !== undefined) this.waits.push(time - at)
    if (n >= this.seen.length) this.grow(n)
    if (this.seen[n] === 1) this.repeated++
    this.seen[n] = 1
    this.sum += n
    this.onHandled(++this.handled)
  }

  report(): TallyReport {
    const { firstAt, handled, lastAt, repeated, sum } = this
    return { firstAt, handled, lastAt, repeated, sum }
  }

  /** How long each job waited, in milliseconds, in the order of their starts. */
  waitTimes(): ReadonlyArray<number> {
    return this.waits
  }

  private grow(n: number): void {
    const grown = new Uint8Array(Math.max(n + 1, this.seen.length * 2))
    grown.set(this.seen)
    this.seen = grown
  }
}
