/**
 * The worker: joins the layers, runs every routine, serves health and metrics.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Database, JobQueue } from "@drover/core"
import { Git } from "@drover/git"
import { Effect, Layer } from "effect"
import { checkSchema } from "./checkSchema.ts"
import { demo } from "./demo/demo.ts"
import { http } from "./http.ts"
import { logging } from "./logging.ts"
import { routines } from "./routines.ts"
import { WorkerConfig } from "./WorkerConfig.ts"

const database = Layer.unwrap(
  Effect.map(WorkerConfig, ({ databaseUrl, prepare }) => Database.layer({ url: databaseUrl, prepare }))
)

Layer.mergeAll(routines, http, demo).pipe(
  Layer.provide(checkSchema),
  Layer.provide(Layer.mergeAll(JobQueue.layer, Git.layer())),
  Layer.provide(database),
  Layer.provide(WorkerConfig.layer),
  Layer.provide(NodeServices.layer),
  Layer.provide(logging),
  Layer.launch,
  NodeRuntime.runMain
)
