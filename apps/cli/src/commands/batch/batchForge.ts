/** The forge, the hosts that its environment names, and the queues of batch changes. */
import * as BatchChanges from "@drover/handlers/batchChanges"
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { credentials } from "../credential/store.ts"

const codeHosts = Layer.unwrap(
  Effect.map(BatchChanges.codeHostSettings, (hosts) => BatchChanges.CodeHosts.configured({ hosts }))
).pipe(Layer.provide(BatchChanges.sharedBudgets), Layer.provide(FetchHttpClient.layer))

export const batchForge = Layer.merge(BatchChanges.stores, codeHosts).pipe(Layer.provideMerge(credentials))
