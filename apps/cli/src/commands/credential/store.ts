/**
 * Credentials, under the keys that the environment names, and asked about at the code hosts that it names.
 */
import { codeHostSettings, validatorsLayer } from "@drover/handlers/batchChanges"
import { CredentialStore, keySettings, layerFromSettings } from "@drover/handlers/credentials"
import { Effect, Layer } from "effect"
import { forge } from "../../forge.ts"

const keys = Layer.unwrap(Effect.map(keySettings, layerFromSettings))

const validators = Layer.unwrap(Effect.map(codeHostSettings, validatorsLayer))

export const credentials = CredentialStore.layer.pipe(
  Layer.provide(validators),
  Layer.provideMerge(keys),
  Layer.provideMerge(forge)
)
