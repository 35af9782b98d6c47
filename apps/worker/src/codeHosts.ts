/**
 * The hosts of repositories: this forge, and those that are set up.
 */
import { CodeHosts, sharedBudgets } from "@drover/handlers/batchChanges"
import { CredentialStore } from "@drover/handlers/credentials"
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { WorkerConfig } from "./WorkerConfig.ts"

export const codeHosts = Layer.unwrap(
  Effect.map(WorkerConfig, ({ codeHosts: hosts }) => CodeHosts.configured({ hosts }))
).pipe(Layer.provide(sharedBudgets), Layer.provide(CredentialStore.layer), Layer.provide(FetchHttpClient.layer))
