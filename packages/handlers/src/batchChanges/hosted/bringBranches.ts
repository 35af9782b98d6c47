/**
 * Brings a repository's branches from its host to the copy here.
 */
import { Effect } from "effect"
import type { Repository } from "../../repositories/findRepository.ts"
import { CodeHosts, hostRepository } from "../host/CodeHosts.ts"
import { HostedRepositoryNotBrought, siteSubject } from "./HostedRepository.ts"

/** With the site's credential. Gives the branch that the host shows first; null: it does not say. */
export const bringBranches = Effect.fnUntraced(function* (
  repository: Repository
): Effect.fn.Return<string | null, HostedRepositoryNotBrought, CodeHosts> {
  const hosts = yield* CodeHosts
  const name = repository.externalName ?? repository.name
  const notBrought = Effect.mapError(
    (error: { readonly message: string; readonly retryable: boolean }) =>
      new HostedRepositoryNotBrought({ repository: name, explanation: error.message, retryable: error.retryable })
  )
  const host = yield* notBrought(hosts.connect({ repository, subject: siteSubject }))
  if (host.bringBranches === undefined) return null
  return (yield* notBrought(host.bringBranches(hostRepository(repository)))).defaultBranch
})
