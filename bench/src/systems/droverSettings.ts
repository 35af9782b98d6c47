/**
 * Every setting that Drover is measured with, in one place.
 */
import type { DatabaseOptions, JobQueueOptions, JobRuntime } from "@drover/core"

type RuntimeSettings = Omit<JobRuntime.JobRuntimeOptions<never>, "handlers">

export interface DroverSettings {
  readonly database: Omit<DatabaseOptions, "url">
  readonly queue: JobQueueOptions
  readonly runtime: RuntimeSettings
}

const lease = { concurrency: 24, prefetch: 1000 } as const

export const droverSettings = {
  kept: { database: {}, queue: { onComplete: "keep" }, runtime: lease },
  deleted: { database: {}, queue: { onComplete: "delete" }, runtime: lease },
  /** Four transactions at a time, of up to 500 jobs each. */
  transaction: {
    database: { connections: 10 },
    queue: { onComplete: "keep" },
    runtime: { ownership: "transaction", concurrency: 4, batchSize: 500 }
  },
  transactionDeleted: {
    database: { connections: 10 },
    queue: { onComplete: "delete" },
    runtime: { ownership: "transaction", concurrency: 4, batchSize: 500 }
  },
  /** A transaction for each job. */
  one: {
    database: { connections: 26 },
    queue: { onComplete: "keep" },
    runtime: { ownership: "transaction", concurrency: 24, batchSize: 1 }
  }
} as const satisfies Record<string, DroverSettings>

/** Jobs in one bulk enqueue. The floor of the bulk enqueue uses the same. */
export const droverBulk = 5000

/** Jobs in one claim where claims are measured alone. */
export const droverClaim = 500
