/**
 * Which database is meant: `DATABASE_URL`.
 */
import { Config, Effect, Option, Redacted, Schema } from "effect"

export class DatabaseUrlMissing extends Schema.TaggedError<DatabaseUrlMissing>()("DatabaseUrlMissing", {}) {
  override get message() {
    return "Set DATABASE_URL to the database to migrate: postgres://user:password@host:port/database"
  }
}

/** Undefined where it is unset or empty. */
export const databaseUrlIfGiven = Effect.gen(function* () {
  const url = yield* Config.option(Config.Redacted("DATABASE_URL"))
  return Option.isSome(url) && Redacted.value(url.value) !== "" ? url.value : undefined
}).pipe(Effect.catch(() => Effect.undefined))

export const databaseUrl = Effect.gen(function* () {
  const url = yield* databaseUrlIfGiven
  return url ?? (yield* new DatabaseUrlMissing({}))
})
