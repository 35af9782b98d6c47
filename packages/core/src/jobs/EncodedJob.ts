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

/** Kind and key as one value. */
export const keyOf = (kind: string, key: string): string => JSON.stringify([kind, key])

/**
 * Folds jobs with equal keys as the table would, had they been enqueued one
 * after the other: Postgres takes a key only once a statement. Jobs without a
 * key come first, in their order; then keys in an order that is the same for
 * every caller, so that two bulk enqueues cannot deadlock.
 */
export const foldEqualKeys = (list: ReadonlyArray<EncodedJob>): ReadonlyArray<EncodedJob> => {
  const keyed = new Map<string, EncodedJob>()
  const unkeyed: Array<EncodedJob> = []
  for (const job of list) {
    if (job.dedupeKey === undefined) {
      unkeyed.push(job)
      continue
    }
    const key = keyOf(job.kind, job.dedupeKey)
    const older = keyed.get(key)
    keyed.set(key, older === undefined ? job : fold(older, job))
  }
  const inKeyOrder = [...keyed.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job)
  return [...unkeyed, ...inKeyOrder]
}

/** The newer payload, the earlier time, the better priority. */
const fold = (older: EncodedJob, newer: EncodedJob): EncodedJob => ({
  ...newer,
  priority: Math.min(older.priority, newer.priority),
  at: least(older.at, newer.at),
  delayMillis: least(older.delayMillis, newer.delayMillis)
})

const least = <A extends number | Date>(a: A | undefined, b: A | undefined): A | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a
