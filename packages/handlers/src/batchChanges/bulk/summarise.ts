/**
 * What the jobs of a bulk operation come to. Pure.
 */
import type { WorkState } from "@drover/core"

/** `processing`: not all is done. Else the worst that became of a job. @category models */
export type BulkOperationState = "processing" | "failed" | "canceled" | "completed"

/** How many jobs are in each state. @category models */
export type JobCounts = Readonly<Record<WorkState, number>>

/** @category models */
export interface BulkOperationSummary {
  readonly state: BulkOperationState
  /** From 0 to 1: the share of the jobs that came to an end. */
  readonly progress: number
  readonly counts: JobCounts
  readonly total: number
  /** When the last job ended; null while any has not. */
  readonly finishedAt: Date | null
}

export interface CountedState {
  readonly state: WorkState
  readonly count: number
  readonly finishedAt: Date | null
}

export const summarise = (counted: ReadonlyArray<CountedState>): BulkOperationSummary => {
  const of = (state: WorkState) => counted.find((one) => one.state === state)?.count ?? 0
  const counts: JobCounts = {
    queued: of("queued"),
    processing: of("processing"),
    errored: of("errored"),
    failed: of("failed"),
    completed: of("completed"),
    canceled: of("canceled")
  }
  const ended = counts.completed + counts.failed + counts.canceled
  const total = ended + counts.queued + counts.processing + counts.errored
  const times = counted.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [finishedAt.getTime()]))
  return {
    state: ended < total ? "processing" : counts.failed > 0 ? "failed" : counts.canceled > 0 ? "canceled" : "completed",
    // without jobs there is nothing to wait for: their changesets are gone
    progress: total === 0 ? 1 : ended / total,
    counts,
    total,
    finishedAt: ended < total || times.length === 0 ? null : new Date(Math.max(...times))
  }
}
