/**
 * Keeps kinds within their own concurrency: a kind without a free slot is not claimed.
 */
import { Effect } from "effect"
import type { PreDequeue, WorkerHooks } from "../worker/WorkerOptions.ts"
import type { Job } from "./JobHandler.ts"
import type { JobRow } from "./jobsTable.ts"
import type { KnownKinds } from "./knownKinds.ts"

/** The hooks of the worker that counts; none where no kind has a limit. */
export const kindSlots = <R>({
  claiming,
  handlers,
  names
}: KnownKinds<R>): WorkerHooks<JobRow, number, "jobs", never> => {
  if ([...handlers.values()].every(({ kind }) => kind.concurrency === undefined)) return {}
  const running = new Map<string, number>()
  const count = (kind: string, change: number) => running.set(kind, (running.get(kind) ?? 0) + change)
  const free = (name: string): number => (handlers.get(name)?.kind.concurrency ?? Infinity) - (running.get(name) ?? 0)
  return {
    // all jobs of a batch may turn out to be of the one kind with the fewest slots
    preDequeue: Effect.sync((): PreDequeue<"jobs"> => {
      const open = names.filter((name) => free(name) > 0)
      return { go: open.length > 0, limit: Math.min(...open.map(free)), ...claiming(open) }
    }),
    preHandle: ({ record }: Job) => Effect.sync(() => void count(record.kind, 1)),
    postHandle: ({ record }: Job) => Effect.sync(() => void count(record.kind, -1))
  }
}
