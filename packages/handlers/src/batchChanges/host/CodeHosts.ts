/**
 * The code hosts that repositories are on.
 */
import type { Abilities, CodeHost, HostRepository } from "@drover/code-hosts"
import type { Database, JobQueue } from "@drover/core"
import type { Git } from "@drover/git"
import { Context, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { ChildProcessSpawner } from "effect/process"
import { type CredentialSubject, userOf } from "../../credentials/credentialOrder.ts"
import { CredentialStore } from "../../credentials/CredentialStore.ts"
import type { Repository } from "../../repositories/findRepository.ts"
import { abilitiesOf } from "./configured/abilitiesOf.ts"
import type { CodeHostSetting } from "./configured/CodeHostSetting.ts"
import { connectHost } from "./configured/connectHost.ts"
import { HostGates } from "./configured/HostGates.ts"
import type { ConnectError } from "./HostCredentialError.ts"
import { localAbilities, makeLocalForge } from "./localForge.ts"

/** @category options */
export interface Connect {
  readonly repository: Repository
  /** What it is for: decides whose credential is used. */
  readonly subject: CredentialSubject
}

/** @category options */
export interface ConfiguredHosts {
  readonly hosts: ReadonlyArray<CodeHostSetting>
}

/** @category services */
export class CodeHosts extends Context.Service<
  CodeHosts,
  {
    /** What the repository's host can do. Needs no credential and asks nobody. */
    readonly abilities: (repository: Repository) => Abilities
    /** The host, as whoever's credential is used. A detach needs none; only what speaks to the host connects. */
    readonly connect: (options: Connect) => Effect.Effect<CodeHost, ConnectError>
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

  /**
   * Repositories of this forge as `local` has them, and others on the hosts that are set up: with the credential of
   * whoever is asked about it, or of the site. Requests go through `HostGates`.
   */
  static readonly configured = ({
    hosts
  }: ConfiguredHosts): Layer.Layer<
    CodeHosts,
    never,
    Database | Git | JobQueue | CredentialStore | HttpClient.HttpClient | ChildProcessSpawner.ChildProcessSpawner
  > =>
    Layer.effect(
      CodeHosts,
      Effect.gen(function* () {
        const forge = yield* makeLocalForge
        const store = yield* CredentialStore
        const gates = yield* HostGates
        const means = Context.make(HttpClient.HttpClient, yield* HttpClient.HttpClient).pipe(
          Context.add(ChildProcessSpawner.ChildProcessSpawner, yield* ChildProcessSpawner.ChildProcessSpawner)
        )
        return CodeHosts.of({
          abilities: (repository) => (isHere(repository) ? localAbilities : abilitiesOf(hosts, repository)),
          connect: ({ repository, subject }) =>
            isHere(repository)
              ? Effect.succeed(forge(userOf(subject) ?? undefined))
              : Effect.provideContext(connectHost({ hosts, store, gates, repository, subject }), means)
        })
      })
    )
}

/** Whether it is a repository of this forge itself. Pure. */
const isHere = ({ externalServiceType }: Repository): boolean => externalServiceType === null

/** As its host names it, and where it is on disk. Pure. */
export const hostRepository = ({ externalName, id, name, path }: Repository): HostRepository => ({
  id,
  name: externalName ?? name,
  path
})
