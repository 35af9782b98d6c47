/**
 * A user's own namespace, which has the user's login. Made on demand; two who ask at once get one.
 *
 * Served by `namespaces_user_key` and the primary keys.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { AccessRejected } from "../../access/AccessError.ts"
import { namespaces } from "../../schema/namespaces.ts"
import { users } from "../../schema/users.ts"
import { NamespaceRejected } from "./NamespaceError.ts"

/** @category operations */
export const userNamespace = Effect.fn("Namespaces.ofUser")(function* (userId: number) {
  const { run } = yield* Database
  const own = run((db) => db.select().from(namespaces).where(eq(namespaces.userId, userId)))
  const [there] = yield* own
  if (there !== undefined) return there
  const [user] = yield* run((db) => db.select().from(users).where(eq(users.id, userId)))
  if (user === undefined) return yield* new AccessRejected({ field: "user", rule: `${userId} does not exist` })
  yield* run((db) => db.insert(namespaces).values({ kind: "user", name: user.login, userId }).onConflictDoNothing())
  const [made] = yield* own
  return (
    made ??
    (yield* new NamespaceRejected({
      namespace: user.login,
      rule: "is an organisation: the user of this login needs another login, or the organisation another name"
    }))
  )
})
