/**
 * Which kind of authenticator the flags of a command line mean. Pure.
 */
import type { Authenticator } from "@drover/handlers/credentials"
import { Result, Schema, type Redacted } from "effect"

/** @category errors */
export class CredentialFlagsInvalid extends Schema.TaggedError<CredentialFlagsInvalid>()("CredentialFlagsInvalid", {
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.reason
  }
}

/** @category models */
export interface Means {
  readonly username: string | undefined
  /** The user that a GitLab administrator's token acts as. */
  readonly sudo: string | undefined
  /** Of an OAuth 1 consumer. */
  readonly consumerKey: string | undefined
}

/** What the secret is, for whoever is asked for it. */
export const secretOf = ({ consumerKey, username }: Means): string =>
  consumerKey !== undefined ? "signing key" : username !== undefined ? "password" : "token"

/** @category decisions */
export const makeAuthenticator = (
  { consumerKey, sudo, username }: Means,
  secret: Redacted.Redacted
): Result.Result<Authenticator, CredentialFlagsInvalid> => {
  if (sudo !== undefined) {
    return consumerKey === undefined && username === undefined
      ? Result.succeed({ _tag: "GitLabSudoableToken", token: secret, sudo })
      : Result.fail(
          new CredentialFlagsInvalid({ reason: "--sudo goes with a token: leave out --username and --consumer-key" })
        )
  }
  if (consumerKey !== undefined) {
    const consumer = { consumerKey, signingKey: secret }
    return Result.succeed(
      username === undefined
        ? { _tag: "OAuthClient", ...consumer }
        : { _tag: "BitbucketSudoableOAuthClient", ...consumer, username }
    )
  }
  return Result.succeed(
    username === undefined
      ? { _tag: "OAuthBearerToken", token: secret }
      : { _tag: "BasicAuth", username, password: secret }
  )
}
