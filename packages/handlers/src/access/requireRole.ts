/**
 * Asks what somebody may do in a repository.
 */
import { Database } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { repositories } from "../schema/repositories.ts"
import { type Role, repositoryMembers, roles } from "../schema/users.ts"
import { Forbidden, RepositoryUnknown } from "./AccessError.ts"

/**
 * Who acts: the id of a user. Undefined is Drover itself, or the operator at its command line, who may do everything.
 *
 * @category models
 */
export type ActorId = number | undefined

/** Whether a role is at least another. Pure. @category models */
export const includes = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed)

/** Gives undefined where the repository is none of theirs to know of. Served by the primary keys. @category operations */
export const roleOf = Effect.fnUntraced(function* (userId: number | null, repositoryId: number) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select({ visibility: repositories.visibility, role: repositoryMembers.role })
      .from(repositories)
      .leftJoin(
        repositoryMembers,
        and(eq(repositoryMembers.repositoryId, repositories.id), eq(repositoryMembers.userId, userId ?? 0))
      )
      .where(eq(repositories.id, repositoryId))
  )
  return found?.role ?? (found?.visibility === "public" ? ("read" as const) : undefined)
})

/** Passes when the actor has at least the role; Drover itself always does. @category operations */
export const requireRole = Effect.fnUntraced(function* (
  actorId: ActorId,
  repository: { readonly id: number; readonly name: string },
  needed: Role
) {
  if (actorId === undefined) return
  const role = yield* roleOf(actorId, repository.id)
  if (role === undefined) return yield* new RepositoryUnknown({ repository: repository.name })
  if (!includes(role, needed)) return yield* new Forbidden({ repository: repository.name, needed, role })
})
