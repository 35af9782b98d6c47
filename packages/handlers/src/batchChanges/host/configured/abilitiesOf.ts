import type { Abilities } from "@drover/code-hosts"
import type { Repository } from "../../../repositories/findRepository.ts"
import type { CodeHostSetting } from "./CodeHostSetting.ts"
import { findHost, kindOf } from "./findHost.ts"
import { hostKinds } from "./hostKinds.ts"

/** Of a kind that Drover does not know. Nobody connects to it, so it is only said what a plan may count on. */
const least: Abilities = {
  drafts: false,
  redraft: false,
  reopen: false,
  labels: false,
  mergeMethods: ["merge"],
  idempotentComments: false
}

/** What the host of a repository that is not on this forge can do. Asks nobody. Pure. */
export const abilitiesOf = (
  hosts: ReadonlyArray<CodeHostSetting>,
  { externalServiceId, externalServiceType }: Pick<Repository, "externalServiceId" | "externalServiceType">
): Abilities => {
  const kind = kindOf(externalServiceType)
  const url = externalServiceId ?? ""
  return kind === undefined ? least : hostKinds[kind].abilities(findHost(hosts, kind, url) ?? { url })
}
