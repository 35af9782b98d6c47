import { Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { CredentialValidators } from "../../../credentials/validateCredential.ts"
import type { CodeHostSetting } from "./CodeHostSetting.ts"
import { validatorsOf } from "./validatorsOf.ts"

/** A host that sends elsewhere is not followed: the next address would be one that nobody has set up. */
const client = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
)

/** For a `CredentialStore` that asks these hosts. @category layers */
export const validatorsLayer = (hosts: ReadonlyArray<CodeHostSetting>): Layer.Layer<never> =>
  Layer.effect(CredentialValidators, validatorsOf(hosts)).pipe(Layer.provide(client))
