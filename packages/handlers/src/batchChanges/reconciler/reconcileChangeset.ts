/**
 * Brings a changeset to what its spec says: reads what there is, plans, and does the steps of the plan in their order.
 *
 * An attempt may end anywhere, and another starts from what is true then. What is asked for while it runs is the next
 * attempt's: this one writes only what it did itself.
 */
import type { Claim } from "@drover/core"
import { LeaseLost, Snooze } from "@drover/core"
import { Cause, Effect } from "effect"
import { desiredOf, observe } from "../changesets/observe.ts"
import { CodeHosts } from "../host/CodeHosts.ts"
import { plan } from "../plan/plan.ts"
import { finish } from "./finish.ts"
import { loadReconciled, type Reconciled } from "./loadReconciled.ts"
import { operate } from "./operations.ts"
import { rememberFailure } from "./rememberFailure.ts"
import type { Run } from "./Run.ts"

/** Handles a claim of the reconciler's store. Completes the record itself, in one commit with what that means. @category operations */
export const reconcileChangeset = Effect.fn("Reconciler.reconcile")(function* (claim: Claim<unknown>) {
  const loaded = yield* loadReconciled(claim.id)
  yield* Effect.onError(reconcile(claim, loaded), (cause) =>
    isFailure(cause) ? rememberFailure({ ...loaded, claim }, cause) : Effect.void
  )
})

/** A wait is none; whose lease is lost has nothing to say; and an interrupted attempt starts again. */
const isFailure = (cause: Cause.Cause<unknown>): boolean => {
  if (Cause.hasInterruptsOnly(cause)) return false
  const error = Cause.squash(cause)
  return !(error instanceof Snooze || error instanceof LeaseLost)
}

const reconcile = Effect.fnUntraced(function* (claim: Claim<unknown>, loaded: Reconciled) {
  const { associations, changeset, current, owner, previous, repository } = loaded
  const hosts = yield* CodeHosts
  const { reaches, steps } = plan({
    previous: desiredOf(previous),
    current: desiredOf(current),
    changeset: observe(changeset, associations),
    abilities: hosts.abilities(repository)
  })
  const subject =
    owner === undefined
      ? ({ _tag: "ImportedChangeset" } as const)
      : ({ _tag: "Changeset", lastApplierId: owner.lastApplierId } as const)
  let run: Run = {
    ...loaded,
    claim,
    host: yield* Effect.cached(hosts.connect({ repository, subject })),
    externalId: changeset.externalId,
    external: changeset.externalState,
    pushed: false
  }
  for (const { operation } of steps) run = { ...run, ...(yield* operate(operation, run)) }
  yield* finish(claim, { specId: changeset.currentSpecId, reached: reaches })
})
