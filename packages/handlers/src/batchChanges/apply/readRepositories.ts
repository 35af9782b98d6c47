/**
 * Repositories, with whether the actor may read each. Served by the primary keys.
 */
import { Database } from "@drover/core"
import { and, eq, getTableColumns, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { repositories } from "../../schema/repositories.ts"
import { repositoryMembers } from "../../schema/users.ts"
import { isAnyOf } from "./isAnyOf.ts"

/** By id. */
export const readRepositories = Effect.fnUntraced(function* (ids: ReadonlyArray<number>, actorId: ActorId) {
  const { run } = yield* Database
  const member = repositoryMembers
  const rows = yield* run((db) =>
    db
      .select({ repository: getTableColumns(repositories), role: member.role })
      .from(repositories)
      .leftJoin(member, and(eq(member.repositoryId, repositories.id), eq(member.userId, sql`${actorId ?? 0}::bigint`)))
      .where(isAnyOf(repositories.id, ids))
  )
  return new Map(
    rows.map(({ repository, role }) => {
      const readable = actorId === undefined || role !== null || repository.visibility === "public"
      return [repository.id, { ...repository, readable }] as const
    })
  )
})
