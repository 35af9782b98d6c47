import { Cause, Exit } from "effect"
import { describe } from "./describe.ts"
import { type ExitCode, exitCodeOf, exitCodes } from "./exitCode.ts"

/** What shells make of SIGINT. */
const INTERRUPTED = 130

/** The code that the process ends with. Pure. */
export const endCode = (exit: Exit.Exit<unknown, unknown>): ExitCode | typeof INTERRUPTED => {
  if (Exit.isSuccess(exit)) return exitCodes.ok
  return Cause.hasInterruptsOnly(exit.cause) ? INTERRUPTED : exitCodeOf(describe(exit.cause)._tag)
}
