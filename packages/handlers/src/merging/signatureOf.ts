import { Effect } from "effect"
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import type { ActorId } from "../access/requireRole.ts"
import { drover } from "../pullRequests/committer.ts"
import { users } from "../schema/users.ts"

/** How an actor signs commits; Drover where there is none. Served by the primary key. */
export const signatureOf = Effect.fnUntraced(function* (actorId: ActorId) {
  if (actorId === undefined) return drover
  const { run } = yield* Database
  const [user] = yield* run((db) => db.select().from(users).where(eq(users.id, actorId)))
  return user === undefined ? drover : { name: user.name ?? user.login, email: user.email ?? `${user.login}@localhost` }
})
