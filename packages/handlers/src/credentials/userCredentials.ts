/**
 * The credentials of users: each for one code host, and one part of the product.
 *
 * Served by `user_credentials_scope_key`, the primary key and `user_credentials_list_idx`.
 */
import type { Authenticator } from "@drover/code-hosts"
import { Database, DatabaseClock, type Drizzle, StatementRejected } from "@drover/core"
import { and, asc, eq, getTableColumns, sql } from "drizzle-orm"
import { Effect } from "effect"
import { userCredentials as table } from "../schema/credentials.ts"
import { type ByActor, requireOwner } from "./credentialAccess.ts"
import { checkHost } from "./checkHost.ts"
import { CredentialExists, CredentialRejected, CredentialUnknown } from "./CredentialError.ts"
import type { Keys } from "./keys/KeyProvider.ts"
import { nextId, type One, openOne, removeOne, setOne } from "./oneCredential.ts"
import { readCursor, writeCursor } from "./pageCursor.ts"
import { writeSecret } from "./storedSecret.ts"

/** What is known of a credential without opening it. @category models */
export type UserCredential = Omit<typeof table.$inferSelect, "credential">

/** No two credentials have the same. @category options */
export interface UserScope {
  /** Defaults to `batches`. */
  readonly domain?: string | undefined
  readonly userId: number
  /** Kind of code host, for example `github`. */
  readonly externalServiceType: string
  /** The host's address. */
  readonly externalServiceId: string
}

/** @category options */
export type UserCredentialChoice = (UserScope | { readonly id: number }) & ByActor

/** @category options */
export interface ListUserCredentials extends ByActor {
  /** Defaults to `batches`. */
  readonly domain?: string | undefined
  /** Defaults to all users; with an actor to him, and it can be nobody else. */
  readonly userId?: number | undefined
  /** From 1 to 100. Defaults to 30. */
  readonly limit?: number | undefined
  /** The `next` of the page before. Defaults to the first page. */
  readonly after?: string | undefined
}

const DOMAIN = "batches"

const { credential: _, ...shown } = getTableColumns(table)

const where = (choice: UserCredentialChoice) => and(ofScope(choice), ofActor(choice))

const ofActor = ({ actorId }: ByActor) => (actorId === undefined ? undefined : eq(table.userId, actorId))

const ofScope = (choice: UserCredentialChoice) =>
  "id" in choice
    ? eq(table.id, choice.id)
    : and(
        eq(table.domain, choice.domain ?? DOMAIN),
        eq(table.userId, choice.userId),
        eq(table.externalServiceType, choice.externalServiceType),
        eq(table.externalServiceId, choice.externalServiceId)
      )

const describe = (choice: UserCredentialChoice): string =>
  "id" in choice
    ? `user credential ${choice.id}`
    : `credential of user ${choice.userId} for ${choice.externalServiceType} ${choice.externalServiceId}`

const one = (choice: UserCredentialChoice): One => ({
  name: "user_credentials",
  where: where(choice),
  described: describe(choice)
})

export const createUserCredential = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  { actorId, authenticator, domain = DOMAIN, ...scope }: UserScope & ByActor & { readonly authenticator: Authenticator }
) {
  yield* requireOwner(actorId, scope.userId)
  yield* checkHost(scope)
  const { run } = yield* Database
  const id = yield* nextId("user_credentials")
  const secret = yield* writeSecret(keys, "user_credentials", id, authenticator)
  const now = yield* DatabaseClock
  const row = { ...scope, ...secret, id, domain, sshMigrationApplied: true, createdAt: now, updatedAt: now }
  const [made] = yield* run((db) => db.insert(table).values(row).returning(shown)).pipe(
    Effect.mapError((error) => {
      const constraint = error instanceof StatementRejected ? error.constraint : undefined
      if (constraint === "user_credentials_scope_key") return new CredentialExists({ credential: describe(scope) })
      return constraint === "user_credentials_user_id_users_id_fk"
        ? new CredentialRejected({ field: "user", rule: `must be one that there is, and ${scope.userId} is not` })
        : error
    })
  )
  return made! satisfies UserCredential
})

export const findUserCredential = Effect.fnUntraced(function* (choice: UserCredentialChoice) {
  const { run } = yield* Database
  const [row] = yield* run((db) => db.select(shown).from(table).where(where(choice)))
  return row ?? (yield* new CredentialUnknown({ credential: describe(choice) }))
})

export const openUserCredential = (keys: Keys | undefined, choice: UserCredentialChoice) => openOne(keys, one(choice))

export const setUserCredential = (
  keys: Keys | undefined,
  { authenticator, ...choice }: UserCredentialChoice & { readonly authenticator: Authenticator }
) => setOne(keys, one(choice), authenticator)

export const removeUserCredential = (choice: UserCredentialChoice) => removeOne(one(choice))

/** The oldest first. */
export const listUserCredentials = Effect.fnUntraced(function* ({ actorId, ...options }: ListUserCredentials) {
  const { run } = yield* Database
  const userId = options.userId ?? actorId
  if (userId !== undefined) yield* requireOwner(actorId, userId)
  const limit = Math.min(100, Math.max(1, options.limit ?? 30))
  const ended = options.after === undefined ? undefined : readCursor(options.after, 4)
  if (options.after !== undefined && ended === undefined) {
    return yield* new CredentialRejected({ field: "cursor", rule: "must be the `next` of a page" })
  }
  const rows = yield* run((db) => selectUserPage(db, { ...options, userId, limit: limit + 1 }, ended))
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    credentials: page.map(({ at: __, ...row }): UserCredential => row),
    /** What to ask for the next page with; null on the last one. */
    next: last ? writeCursor([last.at, last.userId, last.externalServiceType, last.externalServiceId]) : null
  }
})

export const selectUserPage = (
  db: Drizzle,
  { domain = DOMAIN, limit = 30, userId }: ListUserCredentials,
  ended?: ReadonlyArray<string | number>
) =>
  db
    // as text: a Date would lose the microseconds that tell two apart
    .select({ ...shown, at: sql<string>`${table.createdAt}::text` })
    .from(table)
    .where(
      and(
        eq(table.domain, domain),
        userId === undefined ? undefined : eq(table.userId, userId),
        ended === undefined
          ? undefined
          : sql`(${table.createdAt}, ${table.userId}, ${table.externalServiceType}, ${table.externalServiceId})
              > (${ended[0]}::timestamptz, ${ended[1]}::bigint, ${ended[2]}::text, ${ended[3]}::text)`
      )
    )
    .orderBy(asc(table.createdAt), asc(table.userId), asc(table.externalServiceType), asc(table.externalServiceId))
    .limit(limit)
