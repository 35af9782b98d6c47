/**
 * What keeps a webhook from reaching what only this machine or its network can: the operator's own services.
 */
import { Context, Layer, Schema } from "effect"
import { type AllowList, type AllowListRejected, none, parse } from "./AllowList.ts"
import { judgeAddress, literalOf } from "./judgeAddress.ts"

/**
 * The list to which exceptions are added. By default there are none.
 *
 * @category services
 */
export const WebhookGuard = Context.Reference<AllowList>("@drover/handlers/WebhookGuard", { defaultValue: () => none })

/** @category options */
export interface WebhookGuardOptions {
  /** What the operator sets the list with, for messages. Defaults to "the operator's allow-list". */
  readonly setting?: string | undefined
}

/** Allows addresses, ranges and host names: `10.1.0.0/16, hooks.internal`. @category layers */
export const webhookGuard = (
  allow: string,
  { setting }: WebhookGuardOptions = {}
): Layer.Layer<never, AllowListRejected> => Layer.effect(WebhookGuard, parse(allow, setting))

/**
 * A request was not made: its address is not public, and not allowed.
 *
 * @category errors
 */
export class AddressRefused extends Schema.TaggedError<AddressRefused>()("AddressRefused", {
  host: Schema.String,
  address: Schema.String,
  kind: Schema.String,
  /** What the operator would allow it with. */
  setting: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const named = this.host === this.address ? this.address : `${this.host} (${this.address})`
    return `Webhooks may not reach ${named}, which is ${this.kind}: an operator allows it in ${this.setting}`
  }
}

/** Judges an address that a host name, or the URL itself, stands for. Pure. */
export const refusalOf = (host: string, address: string, allow: AllowList): AddressRefused | undefined => {
  if (allow.hosts.has(host.toLowerCase())) return undefined
  const kind = judgeAddress(address, allow)
  return kind === undefined ? undefined : new AddressRefused({ host, address, kind, setting: allow.setting })
}

/** Judges the address that a URL's host is; undefined for names, which are judged when they are resolved. Pure. */
export const refusalOfLiteral = (hostname: string, allow: AllowList): AddressRefused | undefined => {
  const literal = literalOf(hostname)
  return literal === undefined ? undefined : refusalOf(literal, literal, allow)
}
