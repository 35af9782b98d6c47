/**
 * Organisations: namespaces that several people use.
 *
 * Served by `namespaces_name_key`, `users_login_key` and the primary keys.
 */
import { Database, DatabaseClock, StatementRejected } from "@drover/core"
import { and, asc, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { findUser, type User } from "../../access/users.ts"
import { namespaceMembers, namespaces } from "../../schema/namespaces.ts"
import { users } from "../../schema/users.ts"
import { NamespaceRejected } from "./NamespaceError.ts"
import { mayUse, type Namespace, requireNamespace } from "./requireNamespace.ts"

/** @category options */
export interface CreateOrganisation {
  /** Letters, digits, dots, dashes and underscores; at most 64. No user's login. */
  readonly name: string
  /** Becomes its first member. */
  readonly actorId?: ActorId
}

/** @category operations */
export const createOrganisation = Effect.fn("Namespaces.createOrganisation")(function* ({
  actorId,
  name
}: CreateOrganisation) {
  const rejected = (rule: string) => new NamespaceRejected({ namespace: name, rule })
  if (!/^[\w.-]{1,64}$/u.test(name)) {
    return yield* rejected("must be 1 to 64 letters, digits, dots, dashes and underscores")
  }
  if ((yield* findUser(name)) !== undefined) return yield* rejected("is a user's login: choose another name")
  const { run, transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const [made] = yield* run((db) => db.insert(namespaces).values({ kind: "organisation", name }).returning()).pipe(
        Effect.mapError((error) =>
          error instanceof StatementRejected && error.constraint === "namespaces_name_key"
            ? rejected("is taken: choose another name")
            : error
        )
      )
      const organisation: Namespace = made!
      if (actorId !== undefined) yield* addMember(organisation.id, actorId)
      return organisation
    })
  )
})

/** @category options */
export interface SetOrganisationMember {
  readonly namespace: string | number
  readonly userId: number
  /** False takes the membership away. */
  readonly member: boolean
  /** A member of it. */
  readonly actorId?: ActorId
}

/** What is so already stays so. @category operations */
export const setOrganisationMember = Effect.fn("Namespaces.setMember")(function* (options: SetOrganisationMember) {
  const { run } = yield* Database
  const { id } = yield* requireOrganisation(options.actorId, options.namespace)
  if (options.member) return yield* addMember(id, options.userId)
  const { namespaceId, userId } = namespaceMembers
  yield* run((db) => db.delete(namespaceMembers).where(and(eq(namespaceId, id), eq(userId, options.userId))))
})

/** In the order of their logins. @category operations */
export const listOrganisationMembers = Effect.fn("Namespaces.listMembers")(function* (
  namespace: string | number,
  actorId?: ActorId
) {
  const { run } = yield* Database
  const { id } = yield* requireOrganisation(actorId, namespace)
  const rows = yield* run((db) =>
    db
      .select({ user: users })
      .from(namespaceMembers)
      .innerJoin(users, eq(users.id, namespaceMembers.userId))
      .where(eq(namespaceMembers.namespaceId, id))
      .orderBy(asc(users.login))
  )
  return rows.map(({ user }): User => user)
})

/** The namespaces that the actor may use, in the order of their names. @category operations */
export const listNamespaces = (actorId?: ActorId) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .select()
        .from(namespaces)
        .where(mayUse(actorId))
        .orderBy(asc(sql`lower(${namespaces.name})`))
    )
  )

/** What is in it is kept, and nothing of it is worked on any more. Its name stays taken. @category operations */
export const deleteOrganisation = Effect.fn("Namespaces.deleteOrganisation")(function* (
  namespace: string | number,
  actorId?: ActorId
) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { id } = yield* requireOrganisation(actorId, namespace)
  yield* run((db) => db.update(namespaces).set({ deletedAt: clock }).where(eq(namespaces.id, id)))
})

const requireOrganisation = Effect.fnUntraced(function* (actorId: ActorId, namespace: string | number) {
  const found = yield* requireNamespace(actorId, namespace)
  if (found.kind === "organisation") return found
  return yield* new NamespaceRejected({ namespace: found.name, rule: "is a user's own, and has no members" })
})

const addMember = Effect.fnUntraced(function* (namespaceId: number, userId: number) {
  const { run } = yield* Database
  yield* run((db) => db.insert(namespaceMembers).values({ namespaceId, userId }).onConflictDoNothing()).pipe(
    Effect.mapError((error) =>
      error instanceof StatementRejected && error.code === "23503"
        ? new NamespaceRejected({
            namespace: String(namespaceId),
            rule: `cannot have user ${userId}, who does not exist`
          })
        : error
    )
  )
})
