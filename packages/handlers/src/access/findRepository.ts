/**
 * Reads a repository for somebody who needs a role in it. Served by the primary keys.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { repositories } from "../schema/repositories.ts"
import type { Role } from "../schema/users.ts"
import { RepositoryUnknown } from "./AccessError.ts"
import { type ActorId, requireRole } from "./requireRole.ts"

/** Fails with `RepositoryUnknown` where there is none, or where the actor may not know of it. */
export const repositoryFor = Effect.fnUntraced(function* (repositoryId: number, actorId: ActorId, needed: Role) {
  const { run } = yield* Database
  const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
  if (repository === undefined) return yield* new RepositoryUnknown({ repository: repositoryId })
  yield* requireRole(actorId, repository, needed)
  return repository
})
