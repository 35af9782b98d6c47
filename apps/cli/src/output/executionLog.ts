/** Entries of execution logs, for people. Pure. */
import type { ExecutionLogEntry } from "@drover/core"
import type { Look } from "./Look.ts"
import { inLine } from "./printable.ts"
import { section } from "./section.ts"

/** A command that ran, and what it printed. Ends with a line break. */
export const renderEntry = (
  { command, durationMs, exitCode, key, out, startTime }: ExecutionLogEntry,
  look: Look
): string => {
  const facts = [
    startTime,
    ...(durationMs === undefined ? [] : [`${durationMs} ms`]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`])
  ]
  const text = [`$ ${inLine(command.join(" "))}`, ...(out === undefined || out === "" ? [] : [out.trimEnd()])]
  return section(`${key} (${facts.join(", ")})`, text.join("\n"), look)
}
