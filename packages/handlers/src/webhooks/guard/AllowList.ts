/**
 * The addresses and host names that webhooks may reach although they are not public: the operator's word.
 */
import { Effect, Schema } from "effect"
import ipaddr from "ipaddr.js"

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** @category models */
export interface AllowList {
  readonly ranges: ReadonlyArray<readonly [address: Address, bits: number]>
  /** Lower case. Whatever such a name resolves to is allowed. */
  readonly hosts: ReadonlySet<string>
  /** What the operator knows it by: refusals name it. */
  readonly setting: string
}

/** Where nobody said what it is set with. */
const SETTING = "the operator's allow-list"

/** Nothing but public addresses. @category constructors */
export const none: AllowList = { ranges: [], hosts: new Set(), setting: SETTING }

const capitalized = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`

/**
 * An entry is neither an address, nor a range, nor a host name.
 *
 * @category errors
 */
export class AllowListRejected extends Schema.TaggedError<AllowListRejected>()("AllowListRejected", {
  entry: Schema.String,
  setting: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${capitalized(this.setting)} cannot hold "${this.entry}": write addresses (10.1.2.3), ranges (10.1.0.0/16, fd00::/8) and host names (hooks.internal), with commas between them`
  }
}

/** Reads `10.0.0.0/8, 192.168.1.7, hooks.internal`: commas or spaces between entries. @category constructors */
export const parse = (text: string, setting: string = SETTING): Effect.Effect<AllowList, AllowListRejected> =>
  Effect.suspend(() => {
    const ranges: Array<readonly [Address, number]> = []
    const hosts = new Set<string>()
    for (const entry of text.split(/[\s,]+/).filter((part) => part !== "")) {
      const range = rangeOf(entry)
      if (range !== undefined) ranges.push(range)
      else if (isHost(entry)) hosts.add(entry.toLowerCase())
      else return Effect.fail(new AllowListRejected({ entry, setting }))
    }
    return Effect.succeed({ ranges, hosts, setting })
  })

const rangeOf = (entry: string): readonly [Address, number] | undefined => {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(entry) || ipaddr.IPv6.isValidCIDR(entry)) return ipaddr.parseCIDR(entry)
  if (ipaddr.IPv4.isValidFourPartDecimal(entry)) return [ipaddr.parse(entry), 32]
  return ipaddr.IPv6.isValid(entry) ? [ipaddr.parse(entry), 128] : undefined
}

/** The last label is no number, or it would be an address in a form that we do not read: `10.1`, `0x7f000001`. */
const isHost = (entry: string): boolean =>
  entry.length <= 253 &&
  entry.split(".").every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label)) &&
  !/(^|\.)(\d+|0x[0-9a-f]*)$/i.test(entry)
