/**
 * What commands work with. Built when a command runs: help needs no database.
 */
import { Database, JobQueue } from "@drover/core"
import { Git } from "@drover/git"
import { Effect, Layer } from "effect"
import { databaseUrl } from "./databaseUrl.ts"

/** One command runs few statements at a time; `pg_stat_activity` tells it from a worker. */
const connecting = { connections: 2, controlConnections: 1, markConnections: 1, applicationName: "drover-cli" } as const

const database = Layer.unwrap(Effect.map(databaseUrl, (url) => Database.layer({ url, ...connecting })))

export const forge = Layer.mergeAll(JobQueue.layer, Git.layer()).pipe(Layer.provideMerge(database))
