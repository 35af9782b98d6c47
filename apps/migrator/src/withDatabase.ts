/**
 * Runs what works on the database at `DATABASE_URL`.
 */
import { Database } from "@drover/core"
import { type KeyProvider, keySettings, keysUndecided, layerFromSettings } from "@drover/handlers/credentials"
import { Effect, Layer } from "effect"
import { databaseUrl } from "./databaseUrl.ts"

export const withDatabase = <A, E, R>(use: Effect.Effect<A, E, R>) =>
  Effect.flatMap(databaseUrl, (url) => Effect.provide(use, Database.layer({ url, applicationName: "drover-migrator" })))

/** For what moves data: under the keys that the environment names. */
export const withKeys = <A, E, R>(use: Effect.Effect<A, E, R>) =>
  Effect.provide(use, Layer.unwrap(Effect.map(keySettings, layerFromSettings)))

/** For what only looks: migrations name a key provider among what they need, and ask it nothing before they move. */
export const withoutKeys = <A, E, R>(use: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, KeyProvider>> =>
  Effect.provide(use, keysUndecided)
