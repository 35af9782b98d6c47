/**
 * What asks the hosts that are set up about credentials: no other address is asked, whoever names it.
 */
import { CredentialNotChecked, type CredentialValidator } from "@drover/code-hosts"
import { Effect } from "effect"
import type { HttpClient } from "effect/http"
import { type CodeHostSetting, codeHostKinds } from "./CodeHostSetting.ts"
import { findHost } from "./findHost.ts"
import { hostKinds } from "./hostKinds.ts"

/**
 * For `CredentialValidators`: one for each kind of host, of which one is set up. A host that is none of them is not asked, and its
 * credential fails with `CredentialNotChecked`.
 *
 * @category constructors
 */
export const validatorsOf = (
  hosts: ReadonlyArray<CodeHostSetting>
): Effect.Effect<ReadonlyArray<CredentialValidator>, never, HttpClient.HttpClient> =>
  Effect.forEach(
    codeHostKinds.filter((kind) => hosts.some((host) => host.kind === kind)),
    (kind) =>
      Effect.map(
        hostKinds[kind].validator((url) => findHost(hosts, kind, url) ?? { url }),
        ({ validate }): CredentialValidator => ({
          kind,
          validate: (asked) =>
            findHost(hosts, kind, asked.externalServiceId) === undefined
              ? Effect.fail(
                  new CredentialNotChecked({
                    host: `${kind} ${asked.externalServiceId}`,
                    explanation: "it is none of DROVER_CODE_HOSTS"
                  })
                )
              : validate(asked)
        })
      )
  )
