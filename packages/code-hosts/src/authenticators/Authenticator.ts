/**
 * How a caller proves to a code host who it is. What is secret in it is `Redacted`: it prints as `<redacted>`, in logs,
 * errors and JSON alike.
 */
import { type Redacted, Schema } from "effect"

const secret = Schema.RedactedFromValue(Schema.String)
const text = Schema.String

const sshFields = { privateKey: secret, publicKey: text, passphrase: secret }
const sshKeys = { privateKey: "PrivateKey", publicKey: "PublicKey", passphrase: "Passphrase" } as const

/**
 * The codecs of all kinds, by the name that the kind is stored under: from the fields as they are stored to those that
 * the code reads.
 *
 * @category schemas
 */
export const authenticatorKinds = {
  /** A user's name and password, or a token that is used in a password's place. */
  BasicAuth: Schema.Struct({ username: text, password: secret }).pipe(
    Schema.encodeKeys({ username: "Username", password: "Password" })
  ),
  BasicAuthWithSSH: Schema.Struct({ username: text, password: secret, ...sshFields }).pipe(
    Schema.encodeKeys({ username: "Username", password: "Password", ...sshKeys })
  ),
  /** A token that the host gave, such as a personal access token. */
  OAuthBearerToken: Schema.Struct({ token: secret }).pipe(Schema.encodeKeys({ token: "Token" })),
  OAuthBearerTokenWithSSH: Schema.Struct({ token: secret, ...sshFields }).pipe(
    Schema.encodeKeys({ token: "Token", ...sshKeys })
  ),
  /** An OAuth 1 consumer, which signs its requests with RSA: an application link of Bitbucket Server. */
  OAuthClient: Schema.Struct({ consumerKey: text, signingKey: secret }).pipe(
    Schema.encodeKeys({ consumerKey: "ConsumerKey", signingKey: "SigningKey" })
  ),
  /** The same, acting as one of the host's users. */
  BitbucketSudoableOAuthClient: Schema.Struct({ consumerKey: text, signingKey: secret, username: text }).pipe(
    Schema.encodeKeys({ consumerKey: "ConsumerKey", signingKey: "SigningKey", username: "Username" })
  ),
  /** An administrator's token, acting as one of the host's users. */
  GitLabSudoableToken: Schema.Struct({ token: secret, sudo: text }).pipe(
    Schema.encodeKeys({ token: "Token", sudo: "Sudo" })
  )
} as const

/** @category models */
export type AuthenticatorKind = keyof typeof authenticatorKinds

/** @category models */
export type AuthenticatorOf<Kind extends AuthenticatorKind> = {
  readonly [K in Kind]: { readonly _tag: K } & (typeof authenticatorKinds)[K]["Type"]
}[Kind]

/** @category models */
export type Authenticator = AuthenticatorOf<AuthenticatorKind>

/** @category models */
export interface SshKey {
  /** In OpenSSH's format, encrypted with the passphrase. */
  readonly privateKey: Redacted.Redacted
  readonly passphrase: Redacted.Redacted
  /** The line that goes into the host's settings, or into `authorized_keys`. */
  readonly publicKey: string
}
