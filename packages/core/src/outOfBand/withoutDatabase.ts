/**
 * Keeps handlers that run side by side from the connection that they all would share: what one wrote could not be undone
 * without the others'.
 */
import { Effect, Stream } from "effect"
import { Database } from "../database/Database.ts"

const refused = Effect.die(
  new Error(
    "a handler asked the database, beside others: leave out `concurrency`, or give what it writes as new values"
  )
)

export const withoutDatabase = <A, E, R>(
  database: Database["Service"],
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Database, {
    ...database,
    run: () => refused,
    control: () => refused,
    mark: () => refused,
    transaction: () => refused,
    begin: refused,
    listen: () => Stream.fromEffect(refused),
    onNotify: () => refused
  })
