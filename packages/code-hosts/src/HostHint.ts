/**
 * What a host tells by webhook: where to look, and never what is there. Hints get lost, come twice and out of order; what
 * is looked at is the host.
 */
import { Schema } from "effect"

/** @category models */
export interface HostHint {
  /** The same for a hint that is sent again. */
  readonly delivery: string
  /** As the host calls it: `pull_request closed`. */
  readonly event: string
  /** As the host names it: `acme/billing`. */
  readonly repository: string
  /** Something of the repository itself has changed: whether it is archived, what it is called. */
  readonly repositoryChanged: boolean
  /** Pull requests that have changed, as the host names them. */
  readonly pullRequests: ReadonlyArray<string>
  /** Branches that were moved, without `refs/heads/`: pull requests from and to them have changed. */
  readonly branches: ReadonlyArray<string>
  /** Commits of which checks say something new: pull requests whose heads they are have changed. */
  readonly commits: ReadonlyArray<string>
}

/** It does not prove that the host sent it, or makes no sense. @category errors */
export class WebhookRefused extends Schema.TaggedError<WebhookRefused>()("WebhookRefused", {
  host: Schema.String,
  reason: Schema.Literals(["signature", "shape"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.reason === "signature"
      ? `A webhook that says to be of ${this.host} is not signed with the secret: check the secret there and here`
      : `A webhook of ${this.host} is not as it should be: it must be sent as application/json`
  }
}

/** @category options */
export interface ReadWebhook {
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As it came, byte by byte: that is what is signed. */
  readonly body: Uint8Array
}
