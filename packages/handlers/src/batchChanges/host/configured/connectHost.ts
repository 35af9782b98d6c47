/**
 * Connects to the host of a repository as whoever's credential is used. Nothing is sent.
 */
import { authenticatorHash } from "@drover/code-hosts"
import type { DatabaseError } from "@drover/core"
import { Effect } from "effect"
import { type CredentialSubject, userOf } from "../../../credentials/credentialOrder.ts"
import type { CredentialStore } from "../../../credentials/CredentialStore.ts"
import type { Repository } from "../../../repositories/findRepository.ts"
import {
  CredentialMissing,
  CredentialUnreadable,
  CredentialUnsuitable,
  HostNotConfigured
} from "../HostCredentialError.ts"
import type { CodeHostSetting } from "./CodeHostSetting.ts"
import { findHost } from "./findHost.ts"
import type { HostGates } from "./HostGates.ts"
import { hostIdOf } from "./hostIdOf.ts"
import { hostKinds } from "./hostKinds.ts"

/** @category options */
export interface ConnectHost {
  readonly hosts: ReadonlyArray<CodeHostSetting>
  readonly store: Pick<CredentialStore["Service"], "credentialFor">
  readonly gates: typeof HostGates.Service
  readonly repository: Repository
  readonly subject: CredentialSubject
}

export const connectHost = Effect.fnUntraced(function* ({ gates, hosts, repository, store, subject }: ConnectHost) {
  const { externalServiceId, externalServiceType, name } = repository
  const wanted = {
    externalServiceType: externalServiceType ?? "",
    externalServiceId: hostIdOf(externalServiceId ?? "")
  }
  const setting = findHost(hosts, wanted.externalServiceType, wanted.externalServiceId)
  if (setting === undefined) return yield* new HostNotConfigured({ repository: name, ...wanted })
  const where = { repository: name, host: `${wanted.externalServiceType} ${wanted.externalServiceId}` }

  const { authenticator } = yield* Effect.mapError(store.credentialFor({ ...wanted, subject }), (error) => {
    if (isOfDatabase(error)) return error
    return error._tag === "CredentialsMissing"
      ? new CredentialMissing({ ...where, site: userOf(subject) === null })
      : unreadable(where, error)
  })
  const credential = yield* Effect.mapError(Effect.fromResult(authenticatorHash(authenticator)), (error) =>
    unreadable(where, error)
  )
  const { connect, takes } = hostKinds[setting.kind]
  const connecting = connect(setting, authenticator, yield* gates({ ...wanted, credential }))
  return yield* connecting ?? new CredentialUnsuitable({ ...where, kind: authenticator._tag, takes })
})

type Described = { readonly repository: string; readonly host: string }
type Failure = { readonly message: string; readonly retryable: boolean }

const unreadable = (where: Described, { message, retryable }: Failure) =>
  new CredentialUnreadable({ ...where, explanation: message, retryable })

const isOfDatabase = (error: { readonly _tag: string }): error is DatabaseError =>
  error._tag === "DatabaseUnavailable" || error._tag === "StatementRejected"
