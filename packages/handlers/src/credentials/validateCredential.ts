/**
 * Asks hosts about credentials, as far as there is a validator for their kind.
 */
import type {
  Authenticator,
  CredentialNotChecked,
  CredentialRefused,
  CredentialValidator,
  HostAccount
} from "@drover/code-hosts"
import { Context, Effect } from "effect"

/** One for each kind of host. Credentials for others are taken unasked. Defaults to none. @category references */
export const CredentialValidators = Context.Reference<ReadonlyArray<CredentialValidator>>(
  "@drover/handlers/credentials/CredentialValidators",
  { defaultValue: () => [] }
)

/** @category options */
export interface ValidateAuthenticator {
  readonly externalServiceType: string
  readonly externalServiceId: string
  readonly authenticator: Authenticator
}

/** Gives undefined where there is no validator for the kind of host. */
export const validateCredential = (
  validators: ReadonlyArray<CredentialValidator>,
  { authenticator, externalServiceId, externalServiceType }: ValidateAuthenticator
): Effect.Effect<HostAccount | undefined, CredentialRefused | CredentialNotChecked> =>
  validators.find(({ kind }) => kind === externalServiceType)?.validate({ externalServiceId, authenticator }) ??
  Effect.undefined
