/**
 * Runs one step after the other, and says how far it has come.
 */
import type { Step } from "./Bench.ts"
import { now } from "./clock.ts"

export interface RunOptions {
  /** What would not be through by then is left out. */
  readonly budgetSeconds: number
  readonly say: (line: string) => void
  /** Ends the run after the current step. */
  readonly stop?: AbortSignal
}

/** What did not come to a figure. */
export interface Outcome {
  readonly leftOut: ReadonlyArray<string>
  /** Steps that did not add up, and why. The others were run all the same. */
  readonly failed: ReadonlyArray<string>
}

export const runSteps = async (
  steps: ReadonlyArray<Step>,
  { budgetSeconds, say, stop }: RunOptions
): Promise<Outcome> => {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0)
  const began = now()
  const elapsed = () => (now() - began) / 1000
  const leftOut: Array<string> = []
  const failed: Array<string> = []
  let done = 0
  for (const [index, { label, run, seconds }] of steps.entries()) {
    const skipped = stop?.aborted === true || elapsed() + seconds > budgetSeconds
    const said = skipped ? "left out" : await run().catch(failure)
    if (skipped) leftOut.push(label)
    else if (said.startsWith(FAILED)) failed.push(`${label}: ${said}`)
    done += seconds
    // what is left is as much slower or faster than estimated as what is done
    const left = Math.min(((total - done) * elapsed()) / done, budgetSeconds - elapsed())
    say(`[${index + 1}/${steps.length}, ${duration(elapsed())}, ~${duration(left)} left] ${label}: ${said}`)
  }
  return { leftOut, failed }
}

const FAILED = "FAILED"

const failure = (error: unknown): string => `${FAILED}: ${error instanceof Error ? error.message : String(error)}`

/** `42 s`, `3 min 05 s`. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`
}
