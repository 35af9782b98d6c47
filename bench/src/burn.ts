/**
 * Lets workers burn down what is queued, and sees to it that each job was handled once and all are written as done.
 */
import type { Arena } from "./Bench.ts"
import type { Child } from "./children.ts"
import type { Progress } from "./childCommands.ts"
import { now } from "./clock.ts"
import { pause } from "./systems/System.ts"

export interface Burn {
  readonly jobs: number
  /** From the call that starts the worker until the last job is done and written, in milliseconds. */
  readonly withStart: number
  /** From the first handler's first line. */
  readonly withoutStart: number
}

export interface BurnOptions {
  readonly jobs: number
  readonly processes?: number
  readonly millis?: number
}

/** Nothing takes longer than that; who does hangs. */
const limitMillis = 900_000

export const burn = async (arena: Arena, options: BurnOptions): Promise<Burn> => {
  const { jobs, millis = 0, processes = 1 } = options
  const children = await Promise.all(Array.from({ length: processes }, () => arena.start()))
  const handled = whenHandled(children, jobs)
  const starts = await Promise.all(children.map((child) => child.call("work", { millis, target: jobs })))
  await handled
  while (!(await arena.inspector.isEmpty())) await pause(1)
  const doneAt = now()
  const ends = await Promise.all(children.map((child) => child.call("stop")))
  await verify(arena, ends, jobs)
  return {
    jobs,
    withStart: doneAt - Math.min(...starts),
    withoutStart: doneAt - Math.min(...ends.filter((end) => end.handled > 0).map(({ firstAt }) => firstAt))
  }
}

/** Until the processes have handled that many together. */
export const whenHandled = (children: ReadonlyArray<Child>, jobs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const handled = () => children.reduce((sum, child) => sum + (child.progress()?.handled ?? 0), 0)
    const timer = setTimeout(
      () => reject(new Error(`${handled()} of ${jobs} jobs were handled in ${limitMillis / 1000} s`)),
      limitMillis
    )
    for (const child of children) {
      child.onProgress = () => {
        if (handled() < jobs) return
        clearTimeout(timer)
        resolve()
      }
      child.onEnd = reject
    }
  })

/** Jobs 0 to `jobs - 1` were each handled once, and nothing is left of them but what the system keeps. */
export const verify = async (arena: Arena, ends: ReadonlyArray<Progress>, jobs: number): Promise<void> => {
  const total = (pick: (end: Progress) => number) => ends.reduce((sum, end) => sum + pick(end), 0)
  const handled = total((end) => end.handled)
  const repeated = total((end) => end.repeated)
  const sum = total((end) => end.sum)
  if (handled !== jobs || repeated > 0 || sum !== (jobs * (jobs - 1)) / 2) {
    throw new Error(
      `${arena.contestant}: ${handled} runs of ${jobs} jobs, ${repeated} repeated, numbers add up to ${sum}`
    )
  }
  const { finished, running, waiting } = await arena.inspector.counts()
  const kept = arena.keeps ? jobs : 0
  if (waiting > 0 || running > 0 || (finished ?? 0) !== kept) {
    throw new Error(
      `${arena.contestant}: of ${jobs} jobs ${waiting} wait, ${running} run, ${finished ?? 0} are kept, not ${kept}`
    )
  }
}
