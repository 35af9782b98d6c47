/**
 * The keys of credentials: which there are, and whether they are those of this database.
 */
import { checkKeys as check, layerFromSettings } from "@drover/handlers/credentials"
import { Effect, Layer } from "effect"
import { WorkerConfig } from "./WorkerConfig.ts"

/** Without any, a worker starts: on a database that has no encrypted credentials. */
export const credentialKeys = Layer.unwrap(Effect.map(WorkerConfig, ({ keys }) => layerFromSettings(keys)))

/** Refuses to start where there are credentials that it could not open one of. */
export const checkKeys = Layer.effectDiscard(check)
