/**
 * Users, and their roles in repositories.
 */
import { Database, StatementRejected } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { recomputeReviewedBy } from "../reviews/recomputeReviewedBy.ts"
import { type Role, repositoryMembers, users } from "../schema/users.ts"
import { AccessRejected } from "./AccessError.ts"

/** @category models */
export type User = typeof users.$inferSelect

/** @category options */
export interface CreateUser {
  /** Letters, digits, dots, dashes and underscores; at most 64. */
  readonly login: string
  readonly name?: string | undefined
  /** CODEOWNERS may name somebody by it. */
  readonly email?: string | undefined
}

/** @category operations */
export const createUser = Effect.fn("Access.createUser")(function* ({ email, login, name }: CreateUser) {
  if (!/^[\w.-]{1,64}$/.test(login)) {
    return yield* new AccessRejected({
      field: "login",
      rule: "must be 1 to 64 letters, digits, dots, dashes and underscores"
    })
  }
  const { run } = yield* Database
  const [user] = yield* run((db) => db.insert(users).values({ login, name, email }).returning()).pipe(
    Effect.mapError((error) =>
      error instanceof StatementRejected && error.constraint === "users_login_key"
        ? new AccessRejected({ field: "login", rule: `"${login}" is taken` })
        : error
    )
  )
  return user!
})

/** Gives undefined when there is none. Served by `users_login_key`. @category operations */
export const findUser = (login: string) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select()
          .from(users)
          .where(eq(sql`lower(${users.login})`, login.toLowerCase()))
      ),
      ([user]): User | undefined => user
    )
  )

/**
 * Gives a role in a repository, in place of the one before; null takes it away. What the user said of open pull requests
 * may count now, or no more: they are computed anew, in the same transaction.
 *
 * @category operations
 */
export const setRole = Effect.fn("Access.setRole")(function* ({
  repositoryId,
  role,
  userId
}: {
  readonly repositoryId: number
  readonly userId: number
  readonly role: Role | null
}) {
  const { run, transaction } = yield* Database
  const { repositoryId: repository, userId: user } = repositoryMembers
  yield* transaction(
    Effect.gen(function* () {
      yield* run((db) =>
        role === null
          ? db.delete(repositoryMembers).where(and(eq(repository, repositoryId), eq(user, userId)))
          : db
              .insert(repositoryMembers)
              .values({ repositoryId, userId, role })
              .onConflictDoUpdate({ target: [repository, user], set: { role } })
      )
      yield* recomputeReviewedBy({ repositoryId, userId })
    })
  )
})
