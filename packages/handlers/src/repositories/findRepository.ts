/**
 * Finds repositories by name and by id, as far as the actor may know of them.
 */
import { Database } from "@drover/core"
import { and, asc, eq, exists, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import { RepositoryUnknown } from "../access/AccessError.ts"
import { type ActorId, requireRole, roleOf } from "../access/requireRole.ts"
import { repositories } from "../schema/repositories.ts"
import { repositoryMembers, type Role } from "../schema/users.ts"

/** @category models */
export type Repository = typeof repositories.$inferSelect

/**
 * Gives undefined where there is none, or none that the actor may know of. Served by the unique key of the name.
 *
 * @category operations
 */
export const findRepository = Effect.fn("Repositories.find")(function* (name: string, actorId?: ActorId) {
  const { run } = yield* Database
  const [found] = yield* run((db) => db.select().from(repositories).where(eq(repositories.name, name)))
  if (found === undefined || actorId === undefined) return found
  return (yield* roleOf(actorId, found.id)) === undefined ? undefined : found
})

/**
 * Fails with `RepositoryUnknown` where there is none, or none that the actor may know of, and with `Forbidden` where
 * they have not got the role. Served by the primary keys.
 */
export const requireRepository = Effect.fnUntraced(function* (id: number, actorId: ActorId, needed: Role) {
  const repository = yield* repositoryById(id)
  yield* requireRole(actorId, repository, needed)
  return repository
})

/** For Drover itself, which needs no role. Served by the primary key. */
export const repositoryById = Effect.fnUntraced(function* (id: number) {
  const { run } = yield* Database
  const [found] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, id)))
  return found ?? (yield* new RepositoryUnknown({ repository: id }))
})

/**
 * The repositories that the actor may know of, in the order of their names: public ones, and those that they are a
 * member of. Served by the primary key of `repository_members`, and a walk of the names.
 *
 * @category operations
 */
export const listRepositories = Effect.fn("Repositories.list")(function* (actorId?: ActorId) {
  const { run } = yield* Database
  return yield* run((db) => {
    const membership = db
      .select({ one: sql`1` })
      .from(repositoryMembers)
      .where(and(eq(repositoryMembers.repositoryId, repositories.id), eq(repositoryMembers.userId, actorId ?? 0)))
    return db
      .select()
      .from(repositories)
      .where(actorId === undefined ? undefined : or(eq(repositories.visibility, "public"), exists(membership)))
      .orderBy(asc(repositories.name))
  })
})
