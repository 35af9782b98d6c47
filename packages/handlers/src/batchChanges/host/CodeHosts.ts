/**
 * The code hosts that repositories are on.
 */
import type { Abilities, CodeHost, HostRepository } from "@drover/code-hosts"
import { Context, type Effect } from "effect"
import type { CredentialSubject } from "../../credentials/credentialOrder.ts"
import type { Repository } from "../../repositories/findRepository.ts"
import type { HostCredentialError } from "./HostCredentialError.ts"

/** @category options */
export interface Connect {
  readonly repository: Repository
  /** What it is for: decides whose credential is used. */
  readonly subject: CredentialSubject
}

/** @category services */
export class CodeHosts extends Context.Service<
  CodeHosts,
  {
    /** What the repository's host can do. Needs no credential and asks nobody. */
    readonly abilities: (repository: Repository) => Abilities
    /** The host, as whoever's credential is used. A detach needs none; only what speaks to the host connects. */
    readonly connect: (options: Connect) => Effect.Effect<CodeHost, HostCredentialError>
  }
>()("@drover/handlers/batchChanges/CodeHosts") {}

/** As the port names it. Pure. */
export const hostRepository = ({ id, name, path }: Repository): HostRepository => ({ id, name, path })
