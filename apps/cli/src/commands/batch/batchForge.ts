/** The forge, and the queues of batch changes on it. */
import * as BatchChanges from "@drover/handlers/batchChanges"
import { Layer } from "effect"
import { forge } from "../../forge.ts"

export const batchForge = Layer.merge(BatchChanges.stores, BatchChanges.CodeHosts.local).pipe(Layer.provideMerge(forge))
