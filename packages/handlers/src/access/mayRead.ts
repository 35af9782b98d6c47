/**
 * Which repositories of a statement the actor may read: public ones, and those that they are a member of. `memberOf` joins
 * `repository_members` to `repositories`, from the left, for `mayRead`. Served by the primary key of the members.
 */
import { and, eq, isNotNull, or, type SQL, sql } from "drizzle-orm"
import { repositories } from "../schema/repositories.ts"
import { repositoryMembers } from "../schema/users.ts"
import type { ActorId } from "./requireRole.ts"

export const memberOf = (actorId: ActorId): SQL | undefined =>
  and(eq(repositoryMembers.repositoryId, repositories.id), eq(repositoryMembers.userId, sql`${actorId ?? 0}::bigint`))

/** Undefined: all of them. */
export const mayRead = (actorId: ActorId): SQL | undefined =>
  actorId === undefined ? undefined : or(eq(repositories.visibility, "public"), isNotNull(repositoryMembers.role))
