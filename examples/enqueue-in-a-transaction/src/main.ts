import { Database, JobQueue, JobRuntime, Migrations } from "@drover/core"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Config, Console, Effect, Layer, Logger } from "effect"
import { fileURLToPath } from "node:url"
import { users } from "./schema.ts"
import { SendWelcome, signUp, welcomeAll, welcomeHandler } from "./welcome.ts"

const folder = fileURLToPath(new URL("../drizzle", import.meta.url))

const database = Layer.unwrap(
  Effect.gen(function* () {
    const url = yield* Config.Redacted("DATABASE_URL")
    yield* Migrations.apply({ url, folder })
    return Database.layer({ url })
  })
)

const program = Effect.gen(function* () {
  const { run } = yield* Database
  const { store } = yield* JobQueue
  yield* signUp("ada@example.invalid")
  const refused = yield* Effect.flip(signUp("ada@example.invalid"))
  yield* Console.log(`second sign-up: ${refused._tag}, and ${yield* store.queuedCount()} job is queued`)
  const again = yield* SendWelcome.enqueue({ userId: 1 })
  yield* Console.log(`same key again: ${again.deduped ? "folded into it" : "a second job"}`)
  yield* run((db) => db.insert(users).values([{ email: "bob@example.invalid" }, { email: "eve@example.invalid" }]))
  const { deduped, enqueued } = yield* welcomeAll
  yield* Console.log(`from a query: ${enqueued} enqueued, ${deduped} folded`)

  yield* JobRuntime.make({ handlers: [welcomeHandler] })
  yield* store.exists(["queued", "errored", "processing"]).pipe(Effect.repeat({ while: (busy) => busy }))
  for (const { email, welcomed } of yield* run((db) => db.select().from(users).orderBy(users.email))) {
    yield* Console.log(`${email} welcomed: ${welcomed}`)
  }
})

program.pipe(
  Effect.scoped,
  Effect.provide(JobQueue.layer),
  Effect.provide(database),
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
