/**
 * Runs what works on the database at `DATABASE_URL`.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { databaseUrl } from "./databaseUrl.ts"

export const withDatabase = <A, E, R>(use: Effect.Effect<A, E, R>) =>
  Effect.flatMap(databaseUrl, (url) => Effect.provide(use, Database.layer({ url, applicationName: "drover-migrator" })))
