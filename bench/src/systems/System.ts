/**
 * What the bench asks of a job queue. One of these lives in each child process.
 */

/** Where its servers are. */
export interface Servers {
  /** The database that this measurement has for itself. */
  readonly databaseUrl: string
  /** Set where a redis-server runs. */
  readonly redisPort: number | undefined
}

/** What a job carries. */
export interface Payload {
  /** Counts from 0 within a measurement, so that a lost or repeated job shows. */
  readonly n: number
  /** When it was enqueued, by `now()`; only where waiting is measured. */
  readonly at?: number
}

/** What a worker does with each job. */
export interface Handling {
  /** The handler's first line. */
  readonly start: (payload: Payload) => void
  /** How long the handler then waits on a timer; 0 for a handler that returns at once. */
  readonly millis: number
  /** Whether payloads carry `at`. */
  readonly timed: boolean
}

export interface Working {
  /** Stops as on SIGTERM: ends what runs, gives back what waits, and answers when all is written. */
  readonly stop: () => Promise<void>
}

export interface ClaimsOptions {
  readonly claims: number
  readonly limit: number
  /** The number of the first job that is not enqueued yet. */
  readonly first: number
}

export interface System {
  /** Creates its tables in an empty database. */
  readonly install: () => Promise<void>
  /** Enqueues jobs `first` to `first + count - 1` in whatever way is quickest. Never measured. */
  readonly fill: (first: number, count: number) => Promise<void>
  readonly enqueue: (payload: Payload) => Promise<void>
  /** Enqueues all in one call. */
  readonly enqueueAll: (payloads: ReadonlyArray<Payload>) => Promise<void>
  /** Answers once the worker has been started. */
  readonly work: (handling: Handling) => Promise<Working>
  /** How many milliseconds each of several claims of `limit` jobs takes; only where that is measured. */
  readonly claims?: (options: ClaimsOptions) => Promise<ReadonlyArray<number>>
  readonly close: () => Promise<void>
}

export type OpenSystem = (servers: Servers) => Promise<System>

export const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/** The payloads of jobs `first` to `first + count - 1`. */
export const payloads = (first: number, count: number): ReadonlyArray<Payload> =>
  Array.from({ length: count }, (_, index) => ({ n: first + index }))
