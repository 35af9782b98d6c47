/**
 * How long it takes to enqueue jobs: in bulks one after the other, or one by one from several callers.
 */
import { now } from "./clock.ts"
import { payloads, type System } from "./systems/System.ts"

export interface EnqueueOptions {
  readonly count: number
  /** Jobs in one call. */
  readonly bulk: number
  /** Calls at the same time. */
  readonly callers: number
}

/** Answers the milliseconds for `count` jobs, and how many were enqueued with those of the warm-up. */
export const measureEnqueue = async (
  system: System,
  { bulk, callers, count }: EnqueueOptions
): Promise<{ readonly millis: number; readonly jobs: number }> => {
  const calls = Array.from({ length: Math.ceil(count / bulk) }, (_, call) =>
    payloads(call * bulk, Math.min(bulk, count - call * bulk))
  )
  const enqueue = (list: (typeof calls)[number]) => (bulk === 1 ? system.enqueue(list[0]!) : system.enqueueAll(list))

  // connections, prepared statements, compiled code
  const warmUp = Array.from({ length: Math.max(callers, 3) }, (_, call) => payloads(count + call * bulk, bulk))
  await Promise.all(warmUp.map(enqueue))

  const pending = calls.values()
  const caller = async () => {
    for (const list of pending) await enqueue(list)
  }
  const from = now()
  await Promise.all(Array.from({ length: callers }, caller))
  return { millis: now() - from, jobs: count + warmUp.length * bulk }
}
