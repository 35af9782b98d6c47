/**
 * The hosts whose webhooks are heard, as a setting says it: an entry a host, with commas or line ends between them, each of
 * its path below `/hooks`, its address, and its secret, or two while it is being changed:
 *
 * `github https://github.com/ secret, gitlab/corporate https://gitlab.example.com/ new-secret old-secret`
 */
import { Redacted, Result, Schema } from "effect"
import { hostIdOf } from "../host/configured/hostIdOf.ts"
import { type HeardHost, isWebhookKind, webhookReaders } from "./WebhookHost.ts"

/** Never says what the secrets are. @category errors */
export class HeardHostsInvalid extends Schema.TaggedError<HeardHostsInvalid>()("HeardHostsInvalid", {
  /** Where it is set. */
  setting: Schema.String,
  /** From 1. */
  entry: Schema.Number,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Host ${this.entry} of ${this.setting} ${this.rule}. An entry is "github https://github.com/ secret"`
  }
}

/** `setting`: what errors call it. Pure. @category options */
export const parseHeardHosts = (
  text: Redacted.Redacted,
  { setting }: { readonly setting: string }
): Result.Result<ReadonlyArray<HeardHost>, HeardHostsInvalid> => {
  const entries = Redacted.value(text)
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
  const hosts: Array<HeardHost> = []
  for (const [index, entry] of entries.entries()) {
    const host = parseEntry(entry)
    const wrong = typeof host === "string" ? host : taken(host, hosts)
    if (wrong !== undefined) return Result.fail(new HeardHostsInvalid({ setting, entry: index + 1, rule: wrong }))
    hosts.push(host as HeardHost)
  }
  return Result.succeed(hosts)
}

/** A string says what is wrong. */
const parseEntry = (entry: string): HeardHost | string => {
  const [path = "", address = "", ...secrets] = entry.split(/\s+/)
  const [, kind = ""] = /^([A-Za-z]+)(?:\/[A-Za-z0-9._-]+)?$/.exec(path) ?? []
  if (!isWebhookKind(kind)) {
    return `is of no kind there is: begin it with one of ${Object.keys(webhookReaders).join(", ")}, or with a name after it, such as github/corporate`
  }
  if (!/^https?:\/\/[^/@?#]+(\/[^@?#]*)?$/.test(address)) {
    return "has no address as repositories have it, such as https://github.com/, after its kind"
  }
  if (secrets.length === 0) return "has no secret after its address"
  return {
    path,
    externalServiceType: kind,
    externalServiceId: hostIdOf(address),
    secrets: secrets.map((secret) => Redacted.make(secret))
  }
}

const taken = ({ path }: HeardHost, hosts: ReadonlyArray<HeardHost>): string | undefined =>
  hosts.some((other) => other.path === path) ? "is called as one before it is: put a name after its kind" : undefined
