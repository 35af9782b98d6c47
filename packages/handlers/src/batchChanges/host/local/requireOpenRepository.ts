import { ArchivedOnHost, type HostRepository } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { RepositoryUnknown } from "../../../access/AccessError.ts"
import { type ActorId, requireRole } from "../../../access/requireRole.ts"
import { repositories } from "../../../schema/repositories.ts"
import type { Role } from "../../../schema/users.ts"
import { LOCAL } from "./hostError.ts"

/** The repository as it is now, for whoever has the role in it. One that is gone is none. Served by the primary key. */
export const requireThere = Effect.fnUntraced(function* ({ id, name }: HostRepository, actorId: ActorId, role: Role) {
  const { run } = yield* Database
  const [found] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, id)))
  if (found === undefined || found.deletedAt !== null) return yield* new RepositoryUnknown({ repository: name })
  yield* requireRole(actorId, found, role)
  return found
})

/** One that takes changes. Whoever may not read it is told that there is none, archived or not. */
export const requireOpenRepository = Effect.fnUntraced(function* (
  repository: HostRepository,
  actorId: ActorId,
  role: Role
) {
  const found = yield* requireThere(repository, actorId, role)
  if (found.archivedAt !== null) return yield* new ArchivedOnHost({ host: LOCAL, repository: found.name })
  return found
})
