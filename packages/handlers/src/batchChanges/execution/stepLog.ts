/**
 * Writes the steps of an attempt to the execution log of its record: an entry when a step begins, which is replaced when
 * it ends. What it is given has no secrets any more.
 */
import { type Claim, type DatabaseError, type ExecutionLogEntry, LeaseLost } from "@drover/core"
import { Clock, Effect } from "effect"
import type { StepLog } from "./steps/RunStepsOptions.ts"

/** Of each output, in characters: a log is read by people, and every entry is written with all the others. */
const LONGEST = 32 * 1024

/** Fails with `LeaseLost` when the attempt is not the current one any more. */
export const stepLog = (claim: Claim<unknown>): StepLog<LeaseLost | DatabaseError> => {
  const lost = () =>
    Effect.fail(new LeaseLost({ store: "batch_spec_workspaces", id: claim.id, attempt: claim.attempt }))
  const open = new Map<number, { readonly number: number; readonly entry: ExecutionLogEntry }>()
  return {
    begun: Effect.fnUntraced(function* (step, command) {
      const startTime = new Date(yield* Clock.currentTimeMillis).toISOString()
      const entry = { key: `step.${step}`, command: ["/bin/sh", "-c", command.replaceAll("\0", "\uFFFD")], startTime }
      const number = yield* claim.addLogEntry(entry).pipe(Effect.catchTag("ExecutionLogEntryNotUpdated", lost))
      open.set(step, { number, entry })
    }),
    ended: Effect.fnUntraced(function* (step, { durationMillis, exitCode, stderr, stdout }) {
      const begun = open.get(step)
      if (begun === undefined) return
      const out = [labelled("stdout", stdout), labelled("stderr", stderr)].join("")
      const entry = { ...begun.entry, out, durationMs: durationMillis, ...(exitCode === null ? {} : { exitCode }) }
      yield* claim.updateLogEntry(begun.number, entry).pipe(Effect.catchTag("ExecutionLogEntryNotUpdated", lost))
    })
  }
}

/** `stdout: …` on each line. */
const labelled = (name: string, text: string): string => {
  if (text === "") return ""
  const half = LONGEST / 2
  const cut = text.length - LONGEST
  const shown = cut > 0 ? `${text.slice(0, half)}\n[... ${cut} characters cut ...]\n${text.slice(-half)}` : text
  return shown
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${name}: ${line}\n`)
    .join("")
    .toWellFormed()
}
