/**
 * Asks who may make and change batch changes in a namespace: the user whose own it is, the members of an organisation,
 * and Drover's operator.
 *
 * Served by the primary keys, `namespaces_name_key` and `users_login_key`.
 */
import { Database } from "@drover/core"
import { and, eq, exists, isNull, or, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { namespaceMembers, namespaces } from "../../schema/namespaces.ts"
import { users } from "../../schema/users.ts"
import { NamespaceUnknown } from "./NamespaceError.ts"
import { userNamespace } from "./userNamespace.ts"

/** @category models */
export type Namespace = typeof namespaces.$inferSelect

/**
 * Gives the namespace, by its id or its name. A user's own is made when it is first asked for. Fails with
 * `NamespaceUnknown` where there is none that the actor may use.
 *
 * @category operations
 */
export const requireNamespace = Effect.fn("Namespaces.require")(function* (
  actorId: ActorId,
  namespace: string | number
) {
  const { run } = yield* Database
  const named =
    typeof namespace === "number"
      ? eq(namespaces.id, namespace)
      : eq(sql`lower(${namespaces.name})`, namespace.toLowerCase())
  const [found] = yield* run((db) =>
    db
      .select()
      .from(namespaces)
      .where(and(named, mayUse(actorId)))
  )
  if (found !== undefined) return found
  const own = typeof namespace === "string" ? yield* ownerNamed(namespace, actorId) : undefined
  return own === undefined ? yield* new NamespaceUnknown({ namespace }) : yield* userNamespace(own.id)
})

/** What holds for the rows of `namespaces` that are there and that the actor may use. */
export const mayUse = (actorId: ActorId): SQL | undefined =>
  and(
    isNull(namespaces.deletedAt),
    actorId === undefined ? undefined : or(eq(namespaces.userId, actorId), isMember(actorId))
  )

const isMember = (actorId: number): SQL =>
  exists(
    sql`(select from ${namespaceMembers}
      where ${namespaceMembers.namespaceId} = ${namespaces.id} and ${namespaceMembers.userId} = ${actorId})`
  )

/** A user of this login who has no namespace yet, where the actor is that user or the operator. */
const ownerNamed = Effect.fnUntraced(function* (login: string, actorId: ActorId) {
  const { run } = yield* Database
  const [user] = yield* run((db) =>
    db
      .select({ id: users.id })
      .from(users)
      .leftJoin(namespaces, eq(namespaces.userId, users.id))
      .where(
        and(
          eq(sql`lower(${users.login})`, login.toLowerCase()),
          actorId === undefined ? undefined : eq(users.id, actorId),
          isNull(namespaces.id)
        )
      )
  )
  return user
})
