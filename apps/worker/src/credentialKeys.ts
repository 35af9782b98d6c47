/**
 * The keys of credentials: which there are, and whether they are those of this database; and who is asked about them.
 */
import { validatorsLayer } from "@drover/handlers/batchChanges"
import { checkKeys as check, layerFromSettings } from "@drover/handlers/credentials"
import { Effect, Layer } from "effect"
import { WorkerConfig } from "./WorkerConfig.ts"

/** Without any, a worker starts: on a database that has no encrypted credentials. */
export const credentialKeys = Layer.unwrap(Effect.map(WorkerConfig, ({ keys }) => layerFromSettings(keys)))

/** The code hosts that the operator has set up. */
export const credentialValidators = Layer.unwrap(
  Effect.map(WorkerConfig, ({ codeHosts }) => validatorsLayer(codeHosts))
)

/** Refuses to start where there are credentials that it could not open one of. */
export const checkKeys = Layer.effectDiscard(check)
