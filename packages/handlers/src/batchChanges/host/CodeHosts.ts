/**
 * The code hosts that repositories are on.
 */
import type { Abilities, CodeHost, HostRepository } from "@drover/code-hosts"
import type { Database, JobQueue } from "@drover/core"
import type { Git } from "@drover/git"
import { Context, Effect, Layer } from "effect"
import { type CredentialSubject, userOf } from "../../credentials/credentialOrder.ts"
import type { Repository } from "../../repositories/findRepository.ts"
import type { HostCredentialError } from "./HostCredentialError.ts"
import { localAbilities, makeLocalForge } from "./localForge.ts"

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
>()("@drover/handlers/batchChanges/CodeHosts") {
  /**
   * Every repository is on the forge of this Drover. A user acts by their own roles and needs no credential; where the
   * subject names nobody, Drover acts, which may do everything.
   */
  static readonly local: Layer.Layer<CodeHosts, never, Database | Git | JobQueue> = Layer.effect(
    CodeHosts,
    Effect.map(makeLocalForge, (forge) =>
      CodeHosts.of({
        abilities: () => localAbilities,
        connect: ({ subject }) => Effect.succeed(forge(userOf(subject) ?? undefined))
      })
    )
  )
}

/** As the port names it. Pure. */
export const hostRepository = ({ id, name, path }: Repository): HostRepository => ({ id, name, path })
