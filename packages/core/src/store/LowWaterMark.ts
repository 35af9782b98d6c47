/**
 * Where a worker's next claim may start: a position in the order below which its last one left nothing.
 *
 * While somebody holds a snapshot open, nothing dead can be removed from the ready index, and a claim that starts at
 * the front walks over all that was ever claimed since. One that starts here does not.
 *
 * It is a hint in memory, and it may delay a record, but not lose it. What becomes ready below it:
 *
 * - is found at once where it is recent (`dequeueFromMark`), or where somebody told of it (`forget`);
 * - else by the next look from the start: as soon as such looks take less than a twentieth of the time, which is at
 *   every turn of a quiet queue, and after a minute at the latest.
 */

/** Raw values of the last record's order, by their placeholders. */
export type Position = Readonly<Record<string, unknown>>

/** What a position is good for: a statement, with these values. */
export interface Asked {
  /** Known by its identity. */
  readonly conditions: unknown
  readonly values: Readonly<Record<string, unknown>> | undefined
}

/** One claim. */
export interface Look {
  /** Undefined: from the start. */
  readonly from: Position | undefined
  /** To be told what it came to: the position of the last record it took, if any. */
  readonly took: (last: Position | undefined) => void
}

/** A look from the start, and then nineteen times as long without. */
const SHARE = 20

/** A delay that people notice, for a worker that has nothing to do but look. */
const QUIET_MILLIS = 1000

/** However long a look from the start takes. */
const MOST_MILLIS = 60_000

export class LowWaterMark {
  readonly #now: () => number
  #position: Position | undefined
  #asked: Asked | undefined
  /** Goes up when positions that were learnt from older ones are worth nothing. */
  #generation = 0
  #forgotten = 0
  /** Looks from the start: how many are under way, when the last one began, and how long the last to end took. */
  #fromStart = 0
  #since = -Infinity
  #took = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Something may have become ready below: the next claim starts from the start, and what one under way learns is not believed. */
  forget(): void {
    this.#position = undefined
    this.#generation++
    this.#forgotten++
  }

  /** After so many milliseconds something may be found that no claim has found yet, whether anybody tells of it or not. */
  get lookWithin(): number {
    return this.#position === undefined
      ? Infinity
      : Math.max(0, this.#since + Math.max(QUIET_MILLIS, this.#rest) - this.#now())
  }

  begin(asked: Asked): Look {
    if (this.#asked === undefined || !isSame(this.#asked, asked)) this.forget()
    this.#asked = asked
    return this.#position === undefined || this.#isDue ? this.#lookFromStart() : this.#lookFrom(this.#position)
  }

  get #rest(): number {
    return Math.min(MOST_MILLIS, SHARE * this.#took)
  }

  get #isDue(): boolean {
    return this.#fromStart === 0 && this.#now() - this.#since >= this.#rest
  }

  #lookFrom(from: Position): Look {
    const generation = this.#generation
    const took = (last: Position | undefined) => {
      if (last !== undefined && generation === this.#generation) this.#position = last
    }
    return { from, took }
  }

  #lookFromStart(): Look {
    const forgotten = this.#forgotten
    const before = this.#position
    const since = this.#now()
    this.#since = since
    this.#fromStart++
    const took = (last: Position | undefined) => {
      this.#fromStart--
      this.#took = this.#now() - since
      if (forgotten !== this.#forgotten) return
      if (last !== undefined) {
        // it may have left more just behind that, which looks from the old position would pass over
        this.#position = last
        this.#generation++
      } else if (this.#position === before) this.#position = undefined
    }
    return { from: undefined, took }
  }
}

const isSame = (one: Asked, other: Asked): boolean => {
  if (one.conditions !== other.conditions) return false
  if (one.values === other.values) return true
  const [a, b] = [Object.entries(one.values ?? {}), Object.entries(other.values ?? {})]
  return a.length === b.length && a.every(([name, value]) => isSameValue(value, other.values?.[name]))
}

const isSameValue = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((each, at) => Object.is(each, other[at]))
    : Object.is(one, other)
