/**
 * The gate of a code host for one credential, whose budget all workers of all machines share.
 */
import { RateLimited, type RequestGate } from "@drover/code-hosts"
import { Database, DatabaseClock, type InvalidOptions } from "@drover/core"
import { Effect } from "effect"
import { type BudgetKey, changeBudget } from "./budgetRow.ts"
import type { BudgetState } from "./BudgetState.ts"
import { type BudgetDecision, decideBudget } from "./decideBudget.ts"
import { checkLimits, type HostLimit } from "./HostLimit.ts"
import { hostLimits } from "./hostLimits.ts"
import { learnLimits, saysLimits } from "./learnLimits.ts"

/** @category options */
export interface BudgetGate extends BudgetKey {
  /** In place of those that hosts of its kind have. */
  readonly limits?: ReadonlyArray<HostLimit> | undefined
}

/** How long a request is held back when nobody can say whether it may be sent. */
const UNKNOWN = 10_000

/**
 * `enter` takes from the budget, or fails with `RateLimited`, `held`, and when to come back; nobody keeps a place for whoever
 * is sent away. Limits hold by the moment at which a request is let through. A caller's transaction is left alone: what
 * was taken stays taken.
 *
 * @category constructors
 */
export const makeBudgetGate = Effect.fnUntraced(function* ({
  limits: given,
  ...key
}: BudgetGate): Effect.fn.Return<RequestGate, InvalidOptions, Database> {
  const limits = yield* Effect.try({
    try: () => checkLimits(given ?? hostLimits(key.externalServiceType, key.externalServiceId)),
    catch: (thrown) => thrown as InvalidOptions
  })
  const database = yield* Database
  const clock = yield* DatabaseClock
  const change = (decide: (state: BudgetState, now: number) => BudgetDecision) =>
    changeBudget(key, decide).pipe(
      Effect.provideService(Database, database),
      Effect.provideService(DatabaseClock, clock)
    )
  return {
    enter: ({ host, kind, repository, resource }) => {
      const heldFor = (retryAfter: number) => new RateLimited({ host, repository, retryAfter, held: true })
      return change((state, now) => decideBudget(state, { kind, resource }, now, limits)).pipe(
        Effect.catch((error) =>
          error.retryable
            ? Effect.andThen(
                Effect.logWarning("The budget of a code host is out of reach", error),
                Effect.fail(heldFor(UNKNOWN))
              )
            : Effect.die(error)
        ),
        Effect.flatMap((decided) => (decided._tag === "Through" ? Effect.void : Effect.fail(heldFor(decided.after))))
      )
    },
    // the request has been made: that this cannot be written is no reason to make it again
    seen: (said) =>
      saysLimits(said)
        ? change((state, now) => ({ _tag: "Through", state: learnLimits(state, said, now, limits) })).pipe(
            Effect.catch((error) =>
              Effect.logWarning("What a code host says of its limits is not written down", error)
            ),
            Effect.asVoid
          )
        : Effect.void
  }
})
