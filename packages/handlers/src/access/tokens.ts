/**
 * Tokens by which programs, git among them, prove who they act for.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, eq, getTableColumns, isNull, or, sql } from "drizzle-orm"
import { Duration, Effect, Redacted } from "effect"
import { createHash, randomBytes } from "node:crypto"
import { accessTokens, type Role, users } from "../schema/users.ts"
import { AccessRejected } from "./AccessError.ts"
import type { User } from "./users.ts"

/** So that a leaked one is known for what it is, by people and by scanners. */
const PREFIX = "drv_"

/** @category options */
export interface CreateToken {
  readonly userId: number
  /** What it is for. */
  readonly name: string
  /** The most that it may do, whatever its user may. Defaults to `write`. */
  readonly role?: Role | undefined
  /** How long it works. Defaults to for ever. */
  readonly expiresIn?: Duration.Input | undefined
}

/** Gives the token, which cannot be read again: only its hash is kept. @category operations */
export const createToken = Effect.fn("Access.createToken")(function* ({
  expiresIn,
  name,
  role = "write",
  userId
}: CreateToken) {
  if (name.trim() === "") return yield* new AccessRejected({ field: "name of the token", rule: "must not be blank" })
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const token = `${PREFIX}${randomBytes(30).toString("base64url")}`
  const expiresAt =
    expiresIn === undefined ? null : sql`${clock} + ${Duration.toMillis(expiresIn)}::float8 * interval '1 millisecond'`
  yield* run((db) => db.insert(accessTokens).values({ userId, name, role, tokenHash: hashOf(token), expiresAt }))
  return Redacted.make(token, { label: "access token" })
})

/** Who a token acts for, and the most that it may do. @category models */
export interface Authenticated {
  readonly user: User
  readonly role: Role
}

/**
 * Gives undefined for a token that never was, is revoked or has expired. Served by the unique key of the hash, so that
 * how long the answer takes tells nothing of the token.
 *
 * @category operations
 */
export const authenticate = Effect.fn("Access.authenticate")(function* (token: Redacted.Redacted) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { expiresAt, id, lastUsedAt, revokedAt, role, tokenHash, userId } = accessTokens
  const [found] = yield* run((db) =>
    db
      .select({
        id,
        role,
        user: users,
        stale: sql<boolean>`coalesce(${lastUsedAt} < ${clock} - interval '1 minute', true)`
      })
      .from(accessTokens)
      .innerJoin(users, eq(users.id, userId))
      .where(
        and(
          eq(tokenHash, hashOf(Redacted.value(token))),
          isNull(revokedAt),
          or(isNull(expiresAt), sql`${expiresAt} > ${clock}`)
        )
      )
  )
  if (found === undefined) return undefined
  // a row that is written at every request would be one that every request waits for
  if (found.stale) yield* run((db) => db.update(accessTokens).set({ lastUsedAt: clock }).where(eq(id, found.id)))
  return { user: found.user, role: found.role } satisfies Authenticated
})

/** What is known of a user's tokens; never the tokens themselves. Served by `access_tokens_user_idx`. @category operations */
export const listTokens = (userId: number) =>
  Database.use(({ run }) => {
    const { tokenHash: _, ...shown } = getTableColumns(accessTokens)
    return run((db) =>
      db.select(shown).from(accessTokens).where(eq(accessTokens.userId, userId)).orderBy(asc(accessTokens.id))
    )
  })

/** Ends a token; one that has ended stays as it is. Answers whether the user has such a token. @category operations */
export const revokeToken = Effect.fn("Access.revokeToken")(function* ({
  id,
  userId
}: {
  readonly id: number
  readonly userId: number
}) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const ended = yield* run((db) =>
    db
      .update(accessTokens)
      .set({ revokedAt: sql`coalesce(${accessTokens.revokedAt}, ${clock})` })
      .where(and(eq(accessTokens.id, id), eq(accessTokens.userId, userId)))
      .returning({ id: accessTokens.id })
  )
  return ended.length > 0
})

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex")
