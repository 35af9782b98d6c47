/**
 * Whether a request may fetch or push.
 */
import { Effect, type Redacted } from "effect"
import { includes, roleOf } from "../access/requireRole.ts"
import { authenticate } from "../access/tokens.ts"
import { findRepository, type Repository } from "../repositories/findRepository.ts"
import type { Role } from "../schema/users.ts"

/** What git asks for by name. */
export const services = { "git-upload-pack": "read", "git-receive-pack": "write" } as const

export type GitService = keyof typeof services

/** `Elsewhere`: what is here is a copy, and pushes go to its host. `Granted` to nobody in particular has no user. `Unknown` is also what somebody gets who may not know of it. */
export type Access =
  | {
      readonly _tag: "Granted"
      readonly repository: Repository
      readonly userId: number | undefined
      readonly role: Role
    }
  | { readonly _tag: "Anonymous" }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Forbidden"; readonly role: Role }
  | { readonly _tag: "Elsewhere"; readonly host: string; readonly name: string }

/** Both what the token may and what its user may is the most. Somebody without a token learns of public ones alone. */
export const decideAccess = Effect.fnUntraced(function* (
  name: string,
  service: GitService,
  token: Redacted.Redacted | undefined
) {
  const who = token === undefined ? undefined : yield* authenticate(token)
  if (token !== undefined && who === undefined) return anonymous
  const repository = yield* findRepository(name)
  const role = repository === undefined ? undefined : yield* roleOf(who?.user.id ?? null, repository.id)
  if (repository === undefined || role === undefined) return who === undefined ? anonymous : unknown
  const most = who === undefined ? role : lesser(role, who.role)
  if (service === "git-receive-pack" && repository.externalServiceId !== null) {
    return elsewhere(repository.externalServiceId, repository.externalName ?? name)
  }
  if (includes(most, services[service])) return granted({ repository, userId: who?.user.id, role: most })
  return who === undefined ? anonymous : forbidden(most)
})

const anonymous: Access = { _tag: "Anonymous" }
const unknown: Access = { _tag: "Unknown" }
const forbidden = (role: Role): Access => ({ _tag: "Forbidden", role })
const elsewhere = (host: string, name: string): Access => ({ _tag: "Elsewhere", host, name })
const granted = (grant: Omit<Extract<Access, { readonly _tag: "Granted" }>, "_tag">): Access => ({
  _tag: "Granted",
  ...grant
})

const lesser = (one: Role, other: Role): Role => (includes(one, other) ? other : one)
