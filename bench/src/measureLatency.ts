/**
 * How long one job waits when there is nothing else to do: from the call that enqueues it to its handler's first line.
 */
import { now } from "./clock.ts"
import { pause, type System } from "./systems/System.ts"

const warmUp = 20

/** Answers each sample in milliseconds, and how many jobs it took in all. */
export const measureLatency = async (
  system: System,
  samples: number
): Promise<{ readonly millis: ReadonlyArray<number>; readonly jobs: number }> => {
  let started = Promise.withResolvers<number>()
  const working = await system.work({ start: () => started.resolve(now()), millis: 0, timed: false })
  await pause(500)
  const all: Array<number> = []
  for (let n = 0; n < warmUp + samples; n++) {
    started = Promise.withResolvers()
    const from = now()
    const [at] = await Promise.all([started.promise, system.enqueue({ n })])
    all.push(at - from)
    // until it is idle again, and at no fixed beat
    await pause(10 + Math.random() * 10)
  }
  await working.stop()
  return { millis: all.slice(warmUp), jobs: all.length }
}
