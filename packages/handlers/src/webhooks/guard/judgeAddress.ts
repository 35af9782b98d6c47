/**
 * Whether a request may go to an address. Pure.
 *
 * Only what the whole internet reaches is public: an address that means another network to every host (private,
 * shared, loopback, link-local), many hosts, or an IPv4 address inside of an IPv6 one, is not.
 */
import ipaddr from "ipaddr.js"
import type { AllowList } from "./AllowList.ts"

/** All that is given out to the public; `::a.b.c.d` and what has no name yet lie outside. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3")

/** Gives undefined when it may; else what kind of address it is. @category operations */
export const judgeAddress = (text: string, { ranges }: AllowList): string | undefined => {
  if (!ipaddr.isValid(text)) return "no address"
  const address = ipaddr.process(text) // `::ffff:a.b.c.d` is a.b.c.d
  if (ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits))) return undefined
  const kind = address.range()
  if (kind !== "unicast") return names[kind] ?? kind
  return address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST) ? "reserved" : undefined
}

const names: Readonly<Record<string, string>> = {
  linkLocal: "link-local",
  uniqueLocal: "private",
  carrierGradeNat: "shared (carrier-grade NAT)",
  rfc6052: "NAT64",
  rfc6145: "translated",
  teredo: "Teredo"
}

/** The address that a URL names by itself, without the brackets of IPv6; undefined for a host name. */
export const literalOf = (hostname: string): string | undefined => {
  const bare = hostname.startsWith("[") && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname
  return ipaddr.isValid(bare) ? bare : undefined
}
