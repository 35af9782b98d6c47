/**
 * Refuses to start on a database whose schema is behind this code, or ahead of it. The worker never migrates by itself.
 */
import { Migrations } from "@drover/core"
import { Effect, Layer, Schema } from "effect"
import { fileURLToPath } from "node:url"
import { WorkerConfig } from "./WorkerConfig.ts"

export class SchemaOutdated extends Schema.TaggedError<SchemaOutdated>()("SchemaOutdated", {
  missing: Schema.Number
}) {
  override get message() {
    return `The database lacks ${this.missing} migration(s): run \`pnpm db:migrate\` first`
  }
}

const folder = fileURLToPath(new URL("../../../drizzle", import.meta.url))

export const checkSchema = Layer.effectDiscard(
  Effect.gen(function* () {
    const { databaseUrl } = yield* WorkerConfig
    const missing = yield* Migrations.missing({ url: databaseUrl, folder })
    if (missing > 0) return yield* new SchemaOutdated({ missing })
  })
)
