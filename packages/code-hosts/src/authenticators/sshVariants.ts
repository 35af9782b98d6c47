/**
 * The kinds that may have a key for SSH beside what they are, and the way between the two. Pure.
 */
import type { Authenticator, AuthenticatorOf, SshKey } from "./Authenticator.ts"

/** @category models */
export type WithoutSsh = AuthenticatorOf<"BasicAuth" | "OAuthBearerToken">

/** @category models */
export type WithSsh = AuthenticatorOf<"BasicAuthWithSSH" | "OAuthBearerTokenWithSSH">

/** It could have a key for SSH, and has none. @category guards */
export const lacksSshKey = (authenticator: Authenticator): authenticator is WithoutSsh =>
  authenticator._tag === "BasicAuth" || authenticator._tag === "OAuthBearerToken"

/** @category guards */
export const hasSshKey = (authenticator: Authenticator): authenticator is WithSsh =>
  authenticator._tag === "BasicAuthWithSSH" || authenticator._tag === "OAuthBearerTokenWithSSH"

/** @category combinators */
export const withSshKey = (authenticator: WithoutSsh, key: SshKey): WithSsh =>
  authenticator._tag === "BasicAuth"
    ? { ...authenticator, ...key, _tag: "BasicAuthWithSSH" }
    : { ...authenticator, ...key, _tag: "OAuthBearerTokenWithSSH" }

/** @category combinators */
export const withoutSshKey = (authenticator: WithSsh): WithoutSsh =>
  authenticator._tag === "BasicAuthWithSSH"
    ? { _tag: "BasicAuth", username: authenticator.username, password: authenticator.password }
    : { _tag: "OAuthBearerToken", token: authenticator.token }

/** Undefined: it has none. @category getters */
export const sshKeyOf = (authenticator: Authenticator): SshKey | undefined =>
  hasSshKey(authenticator)
    ? {
        privateKey: authenticator.privateKey,
        passphrase: authenticator.passphrase,
        publicKey: publicKeyLine(authenticator.publicKey)
      }
    : undefined

/** One line, as `authorized_keys` and the settings of hosts take it, without the end of the line. @category getters */
export const publicKeyLine = (publicKey: string): string => publicKey.trim().replaceAll(/\s+/g, " ")
