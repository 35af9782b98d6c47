/**
 * The credentials of the site, one for each code host: for what no user is asked about.
 *
 * Served by `site_credentials_scope_key`, the primary key and `site_credentials_list_idx`.
 */
import type { Authenticator } from "@drover/code-hosts"
import { Database, DatabaseClock, type Drizzle, StatementRejected } from "@drover/core"
import { and, asc, eq, getTableColumns, sql } from "drizzle-orm"
import { Effect } from "effect"
import { siteCredentials as table } from "../schema/credentials.ts"
import type { ActorId } from "../access/requireRole.ts"
import { type ByActor, requireOperator } from "./credentialAccess.ts"
import { checkHost } from "./checkHost.ts"
import { CredentialExists, CredentialRejected, CredentialUnknown } from "./CredentialError.ts"
import type { Keys } from "./keys/KeyProvider.ts"
import { nextId, type One, openOne, removeOne, setOne } from "./oneCredential.ts"
import { readCursor, writeCursor } from "./pageCursor.ts"
import { writeSecret } from "./storedSecret.ts"

/** What is known of a credential without opening it. @category models */
export type SiteCredential = Omit<typeof table.$inferSelect, "credential">

/** No two credentials have the same. @category options */
export interface SiteScope {
  /** Kind of code host, for example `github`. */
  readonly externalServiceType: string
  /** The host's address. */
  readonly externalServiceId: string
}

/** @category options */
export type SiteCredentialChoice = (SiteScope | { readonly id: number }) & ByActor

/** @category options */
export interface ListSiteCredentials extends ByActor {
  /** From 1 to 100. Defaults to 30. */
  readonly limit?: number | undefined
  /** The `next` of the page before. Defaults to the first page. */
  readonly after?: string | undefined
}

const operatorAlone = (actorId: ActorId) => requireOperator(actorId, "work on credentials of the site")

const { credential: _, ...shown } = getTableColumns(table)

const where = (choice: SiteCredentialChoice) =>
  "id" in choice
    ? eq(table.id, choice.id)
    : and(
        eq(table.externalServiceType, choice.externalServiceType),
        eq(table.externalServiceId, choice.externalServiceId)
      )

const describe = (choice: SiteCredentialChoice): string =>
  "id" in choice
    ? `site credential ${choice.id}`
    : `site credential for ${choice.externalServiceType} ${choice.externalServiceId}`

const one = (choice: SiteCredentialChoice): One => ({
  name: "site_credentials",
  where: where(choice),
  described: describe(choice)
})

export const createSiteCredential = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  { actorId, authenticator, ...scope }: SiteScope & ByActor & { readonly authenticator: Authenticator }
) {
  yield* operatorAlone(actorId)
  yield* checkHost(scope)
  const { run } = yield* Database
  const id = yield* nextId("site_credentials")
  const secret = yield* writeSecret(keys, "site_credentials", id, authenticator)
  const now = yield* DatabaseClock
  const row = { ...scope, ...secret, id, sshMigrationApplied: true, createdAt: now, updatedAt: now }
  const [made] = yield* run((db) => db.insert(table).values(row).returning(shown)).pipe(
    Effect.mapError((error) =>
      error instanceof StatementRejected && error.constraint === "site_credentials_scope_key"
        ? new CredentialExists({ credential: describe(scope) })
        : error
    )
  )
  return made! satisfies SiteCredential
})

export const findSiteCredential = Effect.fnUntraced(function* (choice: SiteCredentialChoice) {
  yield* operatorAlone(choice.actorId)
  const { run } = yield* Database
  const [row] = yield* run((db) => db.select(shown).from(table).where(where(choice)))
  return row ?? (yield* new CredentialUnknown({ credential: describe(choice) }))
})

export const openSiteCredential = (keys: Keys | undefined, choice: SiteCredentialChoice) =>
  Effect.andThen(operatorAlone(choice.actorId), openOne(keys, one(choice)))

export const setSiteCredential = (
  keys: Keys | undefined,
  { authenticator, ...choice }: SiteCredentialChoice & { readonly authenticator: Authenticator }
) => Effect.andThen(operatorAlone(choice.actorId), setOne(keys, one(choice), authenticator))

export const removeSiteCredential = (choice: SiteCredentialChoice) =>
  Effect.andThen(operatorAlone(choice.actorId), removeOne(one(choice)))

/** The oldest first. */
export const listSiteCredentials = Effect.fnUntraced(function* (options: ListSiteCredentials) {
  yield* operatorAlone(options.actorId)
  const { run } = yield* Database
  const limit = Math.min(100, Math.max(1, options.limit ?? 30))
  const ended = options.after === undefined ? undefined : readCursor(options.after, 3)
  if (options.after !== undefined && ended === undefined) {
    return yield* new CredentialRejected({ field: "cursor", rule: "must be the `next` of a page" })
  }
  const rows = yield* run((db) => selectSitePage(db, limit + 1, ended))
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    credentials: page.map(({ at: __, ...row }): SiteCredential => row),
    /** What to ask for the next page with; null on the last one. */
    next: last ? writeCursor([last.at, last.externalServiceType, last.externalServiceId]) : null
  }
})

export const selectSitePage = (db: Drizzle, limit: number, ended?: ReadonlyArray<string | number>) =>
  db
    // as text: a Date would lose the microseconds that tell two apart
    .select({ ...shown, at: sql<string>`${table.createdAt}::text` })
    .from(table)
    .where(
      ended === undefined
        ? undefined
        : sql`(${table.createdAt}, ${table.externalServiceType}, ${table.externalServiceId})
            > (${ended[0]}::timestamptz, ${ended[1]}::text, ${ended[2]}::text)`
    )
    .orderBy(asc(table.createdAt), asc(table.externalServiceType), asc(table.externalServiceId))
    .limit(limit)
