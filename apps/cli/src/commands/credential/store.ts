/**
 * Credentials, under the keys that the environment names.
 */
import { CredentialStore, keySettings, layerFromSettings } from "@drover/handlers/credentials"
import { Effect, Layer } from "effect"
import { forge } from "../../forge.ts"

const keys = Layer.unwrap(Effect.map(keySettings, layerFromSettings))

export const credentials = CredentialStore.layer.pipe(Layer.provideMerge(keys), Layer.provideMerge(forge))
