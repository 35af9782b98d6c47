import { Effect } from "effect"
import { CredentialRejected } from "./CredentialError.ts"

/** Refused here and not by the database, whose refusals quote the whole row. */
export const checkHost = Effect.fnUntraced(function* (host: {
  readonly externalServiceType: string
  readonly externalServiceId: string
}) {
  for (const [field, value] of [
    ["kind of host", host.externalServiceType],
    ["host", host.externalServiceId]
  ] as const) {
    if (!/^[^\s\0]{1,1000}$/.test(value)) {
      return yield* new CredentialRejected({ field, rule: "must be 1 to 1000 characters without blanks" })
    }
    if (/\/\/[^/]*@/.test(value)) {
      return yield* new CredentialRejected({ field, rule: "must not have a user or password in its address" })
    }
  }
})
