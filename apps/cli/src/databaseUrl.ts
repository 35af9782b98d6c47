/**
 * Which database to work on.
 */
import { Config, Effect, Option, Redacted, Schema } from "effect"
import { DatabaseUrl } from "./globals.ts"

/**
 * Nothing says which database to work on.
 *
 * @category errors
 */
export class DatabaseUrlMissing extends Schema.TaggedError<DatabaseUrlMissing>()("DatabaseUrlMissing", {}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return (
      "No database is named: set DATABASE_URL, or give --database postgres://user:password@host:port/database. " +
      "In a checkout, `pnpm drover` finds the database of a running `pnpm dev` by itself"
    )
  }
}

/** The flag, else the environment. An empty one counts as none. */
export const databaseUrl = Effect.gen(function* () {
  const given = yield* DatabaseUrl
  const url = Option.isSome(given)
    ? given.value
    : yield* Config.Redacted("DATABASE_URL").pipe(Effect.mapError(() => new DatabaseUrlMissing()))
  return Redacted.value(url) === "" ? yield* new DatabaseUrlMissing() : url
})
