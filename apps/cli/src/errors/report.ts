/**
 * Tells of a failure on standard error.
 */
import { Cause, Effect, Predicate } from "effect"
import { inLines } from "../output/printable.ts"
import { paint } from "../output/style.ts"
import { lookOf } from "../output/Look.ts"
import { write } from "../output/write.ts"
import { Surroundings } from "../Surroundings.ts"
import { describe, type Described } from "./describe.ts"
import { type ExitCode, exitCodeOf } from "./exitCode.ts"

/** Nothing for what was interrupted, or was told already. */
export const report = (cause: Cause.Cause<unknown>): Effect.Effect<void, never, Surroundings> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const failure = cause.reasons.find(Cause.isFailReason)?.error
  if (Predicate.isTagged(failure, "ShowHelp")) return Effect.void // the presenter told of it
  const error = describe(cause)
  return reportError(error, exitCodeOf(error._tag))
}

export const reportError = Effect.fnUntraced(function* (error: Described, exitCode: ExitCode) {
  const { args, environment, stderr } = yield* Surroundings
  const given = beforeOperands(args)
  if (given.includes("--json")) return yield* write(stderr, `${JSON.stringify({ error: { ...error, exitCode } })}\n`)
  const flag = given.includes("--no-color") ? false : given.includes("--color") ? true : undefined
  const { colour } = lookOf({ flag, environment, sink: stderr })
  yield* write(stderr, `${paint(colour, "red", "drover:")} ${inLines(error.message)}\n`)
})

/** Flags are looked for by hand, for what failed may be the reading of them. */
const beforeOperands = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return end === -1 ? args : args.slice(0, end)
}
