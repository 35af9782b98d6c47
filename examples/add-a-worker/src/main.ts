import { Database, Migrations } from "@drover/core"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Config, Console, Effect, Layer, Logger } from "effect"
import { fileURLToPath } from "node:url"
import { exampleStore, exampleWorker } from "./exampleWorker.ts"
import { repositories } from "./schema.ts"

const folder = fileURLToPath(new URL("../drizzle", import.meta.url))

const database = Layer.unwrap(
  Effect.gen(function* () {
    const url = yield* Config.Redacted("DATABASE_URL")
    yield* Migrations.apply({ url, folder })
    return Database.layer({ url })
  })
)

/** Enqueues a few jobs, and waits until the worker has done them. */
const program = Effect.gen(function* () {
  const { run } = yield* Database
  const store = yield* exampleStore
  const rows = yield* run((db) =>
    db
      .insert(repositories)
      .values([{ name: "acme/billing" }, { name: "acme/flaky" }, { name: "acme/website" }])
      .returning()
  )
  yield* store.enqueue(rows.map(({ id }) => ({ repositoryId: id })))
  yield* store.exists(["queued", "errored", "processing"]).pipe(Effect.repeat({ while: (busy) => busy }))
  const { completed = 0 } = yield* store.countByState(["completed"])
  yield* Console.log(`${completed} completed`)
})

program.pipe(
  Effect.provide(exampleWorker),
  Effect.provide(database),
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
