/**
 * Brings a changeset to what its spec says: reads what there is, plans, and does the steps of the plan in their order.
 *
 * An attempt may end anywhere, and another starts from what is true then. What is asked for while it runs is the next
 * attempt's: this one writes only what it did itself.
 */
import type { Claim } from "@drover/core"
import { LeaseLost, Snooze } from "@drover/core"
import { Cause, Effect } from "effect"
import { begunOf, desiredOf, observe } from "../changesets/observe.ts"
import type { CredentialSubject } from "../../credentials/credentialOrder.ts"
import { CodeHosts } from "../host/CodeHosts.ts"
import type { ObservedChangeset } from "../plan/Desired.ts"
import { plan } from "../plan/plan.ts"
import { finish } from "./finish.ts"
import { loadReconciled, type Reconciled } from "./loadReconciled.ts"
import { carryOut } from "./carryOut.ts"
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

/** How often an attempt plans: again where its steps showed what nobody knew, such as that somebody closed it. */
const ROUNDS = 3

const reconcile = Effect.fnUntraced(function* (claim: Claim<unknown>, loaded: Reconciled) {
  const { associations, changeset, repository } = loaded
  const hosts = yield* CodeHosts
  const current = desiredOf(loaded.current)
  const abilities = hosts.abilities(repository)
  let run: Run = {
    ...loaded,
    claim,
    host: yield* Effect.cached(hosts.connect({ repository, subject: subjectOf(loaded) })),
    externalId: changeset.externalId,
    external: changeset.externalState,
    pushed: false,
    closeAnswered: false
  }
  let previous = desiredOf(loaded.previous)
  let begun = begunOf(loaded.begun)
  let observed = observe(changeset, associations)
  let reached = false
  for (let round = 1; round <= ROUNDS; round++) {
    const { reaches, steps } = plan({ previous, begun, current, changeset: observed, abilities })
    const outcome = yield* carryOut(steps, run, round === 1)
    run = outcome.run
    if (outcome._tag === "Surprised") {
      observed = { ...observed, external: run.external }
      continue
    }
    reached ||= reaches
    if (!reaches || steps.length === 0) break
    previous = current
    begun = []
    observed = afterwards(observed, run)
  }
  yield* finish(claim, { specId: changeset.currentSpecId, reached, closeAnswered: run.closeAnswered })
})

/** Whose credential is used. Pure. */
const subjectOf = ({ owner }: Reconciled): CredentialSubject =>
  owner === undefined ? { _tag: "ImportedChangeset" } : { _tag: "Changeset", lastApplierId: owner.lastApplierId }

/** The changeset once the steps of a plan that reaches its spec are done, with what they showed. Pure. */
const afterwards = (observed: ObservedChangeset, { external, externalId }: Run): ObservedChangeset => ({
  ...observed,
  external,
  publication: externalId === null ? observed.publication : "published",
  associations: observed.associations.filter(({ detach }) => !detach),
  detached: false
})
