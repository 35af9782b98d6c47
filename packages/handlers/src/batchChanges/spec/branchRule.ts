/**
 * Why a branch cannot have a name, by git's rules. Pure.
 */
import { branchRef } from "@drover/git"
import { Effect, Exit, Cause, Option } from "effect"

/** Undefined: it can. */
export const branchRule = (branch: string): string | undefined => {
  const exit = Effect.runSyncExit(branchRef(branch))
  return Exit.isSuccess(exit) ? undefined : Option.getOrUndefined(Cause.findErrorOption(exit.cause))?.reason
}
