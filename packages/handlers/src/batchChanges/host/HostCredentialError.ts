/**
 * Why nobody can speak to a code host. Nothing was sent. None of them passes by itself, but that a
 * credential cannot be read, which may.
 */
import type { DatabaseError } from "@drover/core"
import { Schema } from "effect"

/** @category errors */
export class CredentialMissing extends Schema.TaggedError<CredentialMissing>()("CredentialMissing", {
  repository: Schema.String,
  /** Which host it must be for: `github https://github.com/`. Left out: not known. */
  host: Schema.optionalKey(Schema.String),
  /** No user is asked about it: only the site's would do. Left out: no. */
  site: Schema.optionalKey(Schema.Boolean)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const whose = this.site === true ? "the site" : "user"
    return `${whose} does not have a valid credential for repository "${this.repository}": add one with \`${adding(this.host, this.site)}\``
  }
}

const adding = (host?: string, site?: boolean) =>
  ["drover credential add", ...(host === undefined ? [] : [host]), ...(site === true ? ["--site"] : [])].join(" ")

/** The host is asked with other kinds of credential than there is. @category errors */
export class CredentialUnsuitable extends Schema.TaggedError<CredentialUnsuitable>()("CredentialUnsuitable", {
  repository: Schema.String,
  /** `github https://github.com/` */
  host: Schema.String,
  /** The kind of authenticator. */
  kind: Schema.String,
  /** What the host takes, in words. */
  takes: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The credential for "${this.repository}" is a ${this.kind}, and ${this.host} takes only ${this.takes}: set another with \`${adding(this.host)} --replace\``
  }
}

/** There is one, and it cannot be read; no other is used in its place. @category errors */
export class CredentialUnreadable extends Schema.TaggedError<CredentialUnreadable>()("CredentialUnreadable", {
  repository: Schema.String,
  host: Schema.String,
  explanation: Schema.String,
  /** The service that has the keys may answer the next time. */
  retryable: Schema.Boolean
}) {
  override get message(): string {
    return `The credential for "${this.repository}" at ${this.host} cannot be read: ${this.explanation}`
  }
}

/** The repository is on a host that nobody has set up here. @category errors */
export class HostNotConfigured extends Schema.TaggedError<HostNotConfigured>()("HostNotConfigured", {
  repository: Schema.String,
  externalServiceType: Schema.String,
  externalServiceId: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const setting = JSON.stringify({ kind: this.externalServiceType, url: this.externalServiceId })
    return `The repository "${this.repository}" is on ${this.externalServiceType} ${this.externalServiceId}, which is not set up: add ${setting} to DROVER_CODE_HOSTS, and start again`
  }
}

/** @category errors */
export class CredentialCannotPush extends Schema.TaggedError<CredentialCannotPush>()("CredentialCannotPush", {
  repository: Schema.String,
  /** The kind of authenticator. */
  kind: Schema.String,
  over: Schema.Literals(["ssh", "https"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.over === "ssh"
      ? `The credential for "${this.repository}" has no SSH key, and its remote is reached over SSH: add one that has`
      : `cannot use credentials of type ${this.kind} to push commits to "${this.repository}"`
  }
}

/** @category errors */
export type HostCredentialError =
  | CredentialMissing
  | CredentialCannotPush
  | CredentialUnsuitable
  | CredentialUnreadable
  | HostNotConfigured

/** @category errors */
export type ConnectError = HostCredentialError | DatabaseError
