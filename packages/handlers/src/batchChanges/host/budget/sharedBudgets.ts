/** Each credential's requests to a host go through the budget that all workers share. */
import { Database } from "@drover/core"
import { Effect, Layer } from "effect"
import { HostGates } from "../configured/HostGates.ts"
import { makeBudgetGate } from "./budgetGate.ts"

/** For `CodeHosts.configured`. @category layers */
export const sharedBudgets: Layer.Layer<never, never, Database> = Layer.effect(
  HostGates,
  Effect.map(
    Database,
    (database) =>
      ({ credential, ...host }) =>
        makeBudgetGate({ ...host, credentialHash: credential }).pipe(
          Effect.provideService(Database, database),
          // limits that are Drover's own are good ones
          Effect.orDie
        )
  )
)
