import { type CodeHostSetting, codeHostKinds } from "./CodeHostSetting.ts"
import { hostIdOf } from "./hostIdOf.ts"

/** A host by the kind and the address that repositories and credentials have; undefined: none is set up. Pure. */
export const findHost = (
  hosts: ReadonlyArray<CodeHostSetting>,
  externalServiceType: string,
  externalServiceId: string
): CodeHostSetting | undefined =>
  hosts.find(({ kind, url }) => kind === externalServiceType && hostIdOf(url) === hostIdOf(externalServiceId))

/** Pure. */
export const kindOf = (externalServiceType: string | null) => codeHostKinds.find((kind) => kind === externalServiceType)
