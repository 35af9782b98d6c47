/**
 * Repositories of code hosts, of which Drover has copies.
 */
import { Schema } from "effect"
import type { CredentialSubject } from "../../credentials/credentialOrder.ts"

/** What copies are made and brought up to date with: they belong to nobody. */
export const siteSubject: CredentialSubject = { _tag: "ImportedChangeset" }

/** Where a repository is. @category models */
export interface OnHost {
  /** Kind of code host, for example `github`. */
  readonly externalServiceType: string
  /** Its address, as credentials have it: `https://github.com/`. */
  readonly externalServiceId: string
  /** As the host names it: `acme/billing`. */
  readonly externalName: string
}

/** Another repository is where this one would be. Nothing was written. @category errors */
export class HostedRepositoryTaken extends Schema.TaggedError<HostedRepositoryTaken>()("HostedRepositoryTaken", {
  /** What was asked for. */
  repository: Schema.String,
  /** What is in its way. */
  taken: Schema.String,
  by: Schema.Literals(["name", "host"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.by === "name"
      ? `There is a repository "${this.taken}" already, and it is another one: add ${this.repository} by another name`
      : `${this.repository} is here already, as "${this.taken}": use that one`
  }
}

/** The copy of a repository could not be made. @category errors */
export class HostedRepositoryNotBrought extends Schema.TaggedError<HostedRepositoryNotBrought>()(
  "HostedRepositoryNotBrought",
  { repository: Schema.String, explanation: Schema.String, retryable: Schema.Boolean }
) {
  override get message(): string {
    return `The branches of ${this.repository} could not be brought here: ${this.explanation}`
  }
}
