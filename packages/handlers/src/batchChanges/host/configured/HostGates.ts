import { openGate, type RequestGate } from "@drover/code-hosts"
import { Context, Effect } from "effect"

/** Whose requests a host counts together. @category models */
export interface GatedCredential {
  readonly externalServiceType: string
  readonly externalServiceId: string
  /** `authenticatorHash` of the credential. */
  readonly credential: string
}

/** What lets requests through, by whose budget they are of. Defaults to letting all through. @category references */
export const HostGates = Context.Reference<(at: GatedCredential) => Effect.Effect<RequestGate>>(
  "@drover/handlers/batchChanges/HostGates",
  { defaultValue: () => () => Effect.succeed(openGate) }
)
