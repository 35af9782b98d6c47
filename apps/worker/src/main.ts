/**
 * The worker: joins the layers, runs every routine, serves health and metrics.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Database, JobQueue } from "@drover/core"
import { Git } from "@drover/git"
import { HookAddress } from "@drover/handlers"
import * as BatchChanges from "@drover/handlers/batchChanges"
import { Effect, Layer } from "effect"
import { checkSchema } from "./checkSchema.ts"
import { checkKeys, credentialKeys, credentialValidators } from "./credentialKeys.ts"
import { demo } from "./demo/demo.ts"
import { http } from "./http.ts"
import { logging } from "./logging.ts"
import { localAddress } from "./localAddress.ts"
import { checkRelease, outOfBand } from "./outOfBand.ts"
import { routines } from "./routines.ts"
import { WorkerConfig } from "./WorkerConfig.ts"

const database = Layer.unwrap(
  Effect.map(WorkerConfig, ({ databaseUrl, prepare }) => Database.layer({ url: databaseUrl, prepare }))
)

/** Where the hooks of repositories find this worker: on this host, whatever others call it by. */
const hookAddress = Layer.effect(
  HookAddress,
  Effect.map(WorkerConfig, ({ host, port }) => `http://${localAddress(host)}:${port}`)
)

/** Whoever can reach the worker finds all that it does begun: nothing that asks the database to start comes after. */
const served = demo.pipe(Layer.provideMerge(http), Layer.provideMerge(Layer.mergeAll(routines, outOfBand)))

served.pipe(
  Layer.provide(hookAddress),
  Layer.provide(checkRelease),
  Layer.provide(checkKeys),
  Layer.provide(checkSchema),
  Layer.provide(Layer.mergeAll(JobQueue.layer, Git.layer(), BatchChanges.stores)),
  Layer.provide(Layer.mergeAll(credentialKeys, credentialValidators)),
  Layer.provide(database),
  Layer.provide(WorkerConfig.layer),
  Layer.provide(NodeServices.layer),
  Layer.provide(logging),
  Layer.launch,
  NodeRuntime.runMain
)
