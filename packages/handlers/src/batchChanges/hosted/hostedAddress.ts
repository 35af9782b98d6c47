/**
 * Which repository of which host an address names: as people copy it from their browser, or clone it. Pure.
 */
import { Result, Schema } from "effect"
import type { CodeHostKind, CodeHostSetting } from "../host/configured/CodeHostSetting.ts"
import { hostIdOf } from "../host/configured/hostIdOf.ts"
import type { OnHost } from "./HostedRepository.ts"

/** @category errors */
export class HostedAddressUnknown extends Schema.TaggedError<HostedAddressUnknown>()("HostedAddressUnknown", {
  address: Schema.String,
  /** Addresses of the hosts that are set up. */
  hosts: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const hosts = this.hosts.length === 0 ? "there are none: set DROVER_CODE_HOSTS" : this.hosts.join(", ")
    return `"${this.address}" is no repository of a code host that is set up (${hosts}). Give an address such as https://github.com/acme/billing`
  }
}

/** Of hosts below one another the nearest is meant. @category getters */
export const hostedAddress = (
  hosts: ReadonlyArray<CodeHostSetting>,
  address: string
): Result.Result<OnHost, HostedAddressUnknown> => {
  const plain = hostIdOf(address.trim())
  const found = hosts
    .map(({ kind, url }) => ({ kind, id: hostIdOf(url) }))
    .filter(({ id }) => plain.toLowerCase().startsWith(id.toLowerCase()))
    .toSorted((one, other) => other.id.length - one.id.length)[0]
  const externalName = found === undefined ? undefined : nameIn[found.kind](plain.slice(found.id.length, -1))
  if (found === undefined || externalName === undefined) {
    return Result.fail(new HostedAddressUnknown({ address, hosts: hosts.map(({ url }) => url) }))
  }
  return Result.succeed({ externalServiceType: found.kind, externalServiceId: found.id, externalName })
}

const part = String.raw`[^/\s?#]+`
const twoParts = new RegExp(`^(${part}/${part}?)(?:\\.git)?$`)
const manyParts = new RegExp(`^(${part}(?:/${part})*/${part}?)(?:\\.git)?$`)
const bitbucket = new RegExp(
  `^(?:scm/(${part})|projects/(${part})/repos|users/(${part})/repos)/(${part}?)(?:\\.git)?$`,
  "i"
)

const by = (pattern: RegExp) => (path: string) => pattern.exec(path)?.[1]

/** What is left of an address below its host, by kind of host; undefined: no repository. */
const nameIn: Readonly<Record<CodeHostKind, (path: string) => string | undefined>> = {
  github: by(twoParts),
  gitea: by(twoParts),
  // groups are in groups
  gitlab: by(manyParts),
  bitbucketServer: (path) => {
    const [, cloned, project, person, slug] = bitbucket.exec(path) ?? []
    const owner = cloned ?? project ?? (person === undefined ? undefined : `~${person}`)
    return owner === undefined || slug === undefined ? undefined : `${owner}/${slug}`
  }
}
