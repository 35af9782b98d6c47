/**
 * Enqueues at a steady rate, in a small bulk each tick, whether or not the calls before have been answered: a
 * producer that waits for a slow queue would hide how slow it is.
 */
import { now } from "./clock.ts"
import { pause, type System } from "./systems/System.ts"

export interface ProduceOptions {
  /** Jobs a second. */
  readonly rate: number
  readonly seconds: number
}

const tickMillis = 10

export interface Produced {
  readonly sent: number
  /** Until the last call was answered. */
  readonly millis: number
}

export const produce = async (system: System, { rate, seconds }: ProduceOptions): Promise<Produced> => {
  const total = Math.floor(rate * seconds)
  const calls: Array<Promise<void>> = []
  const from = now()
  let sent = 0
  while (sent < total) {
    const at = now()
    const due = Math.min(total, Math.ceil(((at - from) / 1000) * rate)) - sent
    if (due > 0) {
      const first = sent
      calls.push(system.enqueueAll(Array.from({ length: due }, (_, index) => ({ n: first + index, at }))))
      sent += due
    }
    await pause(tickMillis)
  }
  await Promise.all(calls)
  return { sent, millis: now() - from }
}
