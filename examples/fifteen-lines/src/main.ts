import { Database, Migrations } from "@drover/core"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Config, Effect, Layer, Logger } from "effect"
import { fileURLToPath } from "node:url"
import { program } from "./queue.ts"

const database = Layer.unwrap(
  Effect.gen(function* () {
    const url = yield* Config.Redacted("DATABASE_URL")
    yield* Migrations.apply({ url, folder: fileURLToPath(new URL("../drizzle", import.meta.url)) })
    return Database.layer({ url })
  })
)

program.pipe(Effect.scoped, Effect.provide(database), Effect.provide(Logger.layer([])), NodeRuntime.runMain)
