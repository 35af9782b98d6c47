import { Effect } from "effect"
import type { Authenticator } from "./authenticators/Authenticator.ts"
import type { CodeHostError } from "./CodeHostError.ts"
import {
  CredentialNotChecked,
  CredentialRefused,
  type CredentialValidator,
  type HostAccount
} from "./CredentialValidator.ts"

/** How a kind of host is asked whose a credential is. @category options */
export interface AsksWhose<Auth> {
  readonly kind: string
  /** What it takes, in words: `a token`. */
  readonly takes: string
  /** As whom a stored credential asks; undefined: it takes none of its kind. */
  readonly authOf: (authenticator: Authenticator) => Auth | undefined
  readonly ask: (auth: Auth, externalServiceId: string) => Effect.Effect<HostAccount, CodeHostError>
}

/** What the host answers is told as what it says of the credential. @category constructors */
export const credentialValidatorOf = <Auth>({ ask, authOf, kind, takes }: AsksWhose<Auth>): CredentialValidator => ({
  kind,
  validate: ({ authenticator, externalServiceId }) => {
    const host = `${kind} ${externalServiceId}`
    const auth = authOf(authenticator)
    if (auth === undefined) {
      const explanation = `it takes no ${authenticator._tag}, only ${takes}`
      return Effect.fail(new CredentialRefused({ host, explanation }))
    }
    if (!URL.canParse(externalServiceId)) {
      return Effect.fail(new CredentialNotChecked({ host, explanation: "its address is none" }))
    }
    return ask(auth, externalServiceId).pipe(
      Effect.mapError((error) => {
        if (error._tag === "UnauthorisedOnHost") return new CredentialRefused({ host, explanation: "bad credentials" })
        return error._tag === "ForbiddenOnHost"
          ? new CredentialRefused({ host, explanation: error.explanation })
          : new CredentialNotChecked({ host, explanation: error.message })
      })
    )
  }
})
