/**
 * What is to become of an attempt whose handler has returned. Pure.
 */
import { Cause, Duration, Exit } from "effect"
import { type Failure, retryDecision, type Verdict } from "../retry/retryDecision.ts"
import type { Claim } from "../store/Claim.ts"
import type { Fence } from "../store/Fence.ts"
import { LeaseLost } from "../store/StoreError.ts"
import type { Key } from "../table/Key.ts"
import type { RunningJob, StopReason } from "./RunningJobs.ts"

/** Success, or what was decided about the failure. `Lost`: nothing may be written any more. */
export type Ending = Verdict | { readonly _tag: "Completed" } | { readonly _tag: "Lost" }

export const completed = { _tag: "Completed" } as const
export const lost: Ending = { _tag: "Lost" }

/** What an ending is decided by. */
export interface Judge<Record, Id extends Key> {
  readonly store: { readonly name: string }
  readonly limit: (claim: Claim<Record, Id>) => Duration.Duration | undefined
  readonly decide: (failure: Failure, claim: Claim<Record, Id>) => Verdict
}

export const endingOf = <Record, Id extends Key>(
  judge: Judge<Record, Id>,
  { claim, leased, stopped }: Pick<RunningJob<Record, Id>, "claim" | "leased" | "stopped">,
  exit: Exit.Exit<unknown, unknown>
): Ending => {
  if (stopped === "lost") return lost
  if (Exit.isSuccess(exit)) return completed
  const failure = failureOf(exit.cause, stopped, judge.limit(claim))
  if (leased && failure._tag === "Error" && isLossOf(claim, judge.store.name, failure.error)) return lost
  try {
    return judge.decide(failure, claim)
  } catch (thrown) {
    return retryDecision({ _tag: "Defect", cause: Cause.die(thrown) }) // by the caller's `onError`
  }
}

/** A handler may use other claims too, whose loss is an error like any other. */
const isLossOf = (claim: Fence, store: string, error: unknown): boolean =>
  error instanceof LeaseLost && error.store === store && error.id === claim.id && error.attempt === claim.attempt

const failureOf = (
  cause: Cause.Cause<unknown>,
  stopped: StopReason | undefined,
  limit: Duration.Duration | undefined
): Failure => {
  const error = Cause.findErrorOption(cause)
  if (error._tag === "Some") return { _tag: "Error", error: error.value }
  if (Cause.hasInterruptsOnly(cause)) {
    switch (stopped) {
      case "canceled":
        return { _tag: "Canceled" }
      case "timedOut":
        return { _tag: "TimedOut", limit: limit ?? Duration.zero }
      case "shutdown":
        return { _tag: "Interrupted" }
    }
  }
  return { _tag: "Defect", cause }
}
