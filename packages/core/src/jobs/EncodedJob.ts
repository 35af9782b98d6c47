/**
 * A job as the table stores it, and how several with one key become one.
 */

/**
 * What a kind makes of a payload. Opaque to callers: pass it to `JobQueue.enqueue`.
 *
 * @category models
 */
export interface EncodedJob {
  readonly kind: string
  /** JSON text. */
  readonly payload: string
  readonly payloadVersion: number
  readonly dedupeKey: string | undefined
  readonly priority: number
  readonly maxAttempts: number
  /** Not before this moment; or, when `delayMillis` is given too, not before the earlier of both. */
  readonly at: Date | undefined
  /** Not before this many milliseconds from now. */
  readonly delayMillis: number | undefined
}

/** A list without two jobs of one key. */
export interface Folded {
  readonly jobs: ReadonlyArray<EncodedJob>
  /** For each job of the list, its place in `jobs`. */
  readonly places: ReadonlyArray<number>
}

/**
 * Folds jobs with equal keys as the table would, had they been enqueued one
 * after the other: Postgres takes a key only once a statement. Jobs without a
 * key come first, in their order; then keys in an order that is the same for
 * every caller, so that two bulk enqueues cannot deadlock.
 */
export const foldEqualKeys = (list: ReadonlyArray<EncodedJob>): Folded => {
  if (list.every(({ dedupeKey }) => dedupeKey === undefined))
    return { jobs: list, places: list.map((_, place) => place) }
  const places: Array<number> = []
  const unkeyed: Array<EncodedJob> = []
  const keyed = new Map<string, Keyed>()
  for (const [at, job] of list.entries()) {
    if (job.dedupeKey === undefined) {
      places[at] = unkeyed.push(job) - 1
      continue
    }
    const name = JSON.stringify([job.kind, job.dedupeKey])
    const older = keyed.get(name)
    if (older === undefined) keyed.set(name, { key: job.dedupeKey, job, from: [at] })
    else {
      older.job = fold(older.job, job)
      older.from.push(at)
    }
  }
  const inOrder = [...keyed.values()].toSorted((a, b) => inBytes(a.job.kind, b.job.kind) || inBytes(a.key, b.key))
  for (const [after, { from }] of inOrder.entries()) for (const at of from) places[at] = unkeyed.length + after
  return { jobs: [...unkeyed, ...inOrder.map(({ job }) => job)], places }
}

interface Keyed {
  readonly key: string
  job: EncodedJob
  /** Where in the list it came from. */
  readonly from: Array<number>
}

/**
 * The order of Postgres' collation "C", which an enqueue from a query sorts by: that of the bytes of UTF-8.
 * UTF-16 has another where a character that takes two units meets one of U+E000 and above.
 */
const inBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)

/** The newer payload, the earlier time, the better priority. */
const fold = (older: EncodedJob, newer: EncodedJob): EncodedJob => ({
  ...newer,
  priority: Math.min(older.priority, newer.priority),
  at: least(older.at, newer.at),
  delayMillis: least(older.delayMillis, newer.delayMillis)
})

const least = <A extends number | Date>(a: A | undefined, b: A | undefined): A | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a
