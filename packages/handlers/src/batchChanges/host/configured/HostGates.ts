import { openGate, type RequestGate } from "@drover/code-hosts"
import { Context } from "effect"

/** Whose requests a host counts together. @category models */
export interface GatedCredential {
  readonly externalServiceType: string
  readonly externalServiceId: string
  /** `authenticatorHash` of the credential. */
  readonly credential: string
}

/** What lets requests through, by whose budget they are of. Defaults to letting all through. @category references */
export const HostGates = Context.Reference<(at: GatedCredential) => RequestGate>(
  "@drover/handlers/batchChanges/HostGates",
  { defaultValue: () => () => openGate }
)
