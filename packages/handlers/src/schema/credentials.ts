/**
 * With what Drover proves at a code host who it acts for: for its users, and for itself.
 */
import { sql } from "drizzle-orm"
import { boolean, index, pgTable, text, unique } from "drizzle-orm/pg-core"
import { bytesColumn, createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { users } from "./users.ts"

/** What is in `encryption_key_id` in place of a key's id. No key may be called so. */
export const keyMarkers = {
  /** Plain text, and not waiting: there was no key when it was written. */
  plain: "",
  /** Plain text that waits for its out-of-band migration. */
  unmigrated: "unmigrated",
  /** Encrypted, by a key that was not written down beside it: its migration finds out which. */
  previouslyMigrated: "previously-migrated"
} as const

/** Columns that users' and the site's credentials share, whatever is done with them. */
const credentialColumns = () => ({
  /** Kind of code host, for example `github`. */
  externalServiceType: text("external_service_type").notNull(),
  /** Which host of that kind: its address, for example `https://github.com/`. */
  externalServiceId: text("external_service_id").notNull(),
  /** The authenticator as JSON; or, where there is a key, the envelope that it is sealed in. */
  credential: bytesColumn("credential").notNull(),
  /** The key that wraps the envelope's data key; or one of `keyMarkers`. */
  encryptionKeyId: text("encryption_key_id").notNull().default(keyMarkers.plain),
  /** It has a key for SSH, or is of a kind that has none. */
  sshMigrationApplied: boolean("ssh_migration_applied").notNull().default(false),
  createdAt: createdAtColumn(),
  updatedAt: timeColumn("updated_at").notNull().defaultNow()
})

export const userCredentials = pgTable(
  "user_credentials",
  {
    id: idColumn(),
    /** The part of the product that uses it. */
    domain: text("domain").notNull().default("batches"),
    userId: refColumn("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    ...credentialColumns()
  },
  (table) => [
    unique("user_credentials_scope_key").on(
      table.domain,
      table.userId,
      table.externalServiceType,
      table.externalServiceId
    ),
    index("user_credentials_user_idx").on(table.userId),
    index("user_credentials_list_idx").on(
      table.domain,
      table.createdAt,
      table.userId,
      table.externalServiceType,
      table.externalServiceId
    ),
    index("user_credentials_unmigrated_idx")
      .on(table.id)
      .where(sql`${table.encryptionKeyId} in ('unmigrated', 'previously-migrated')`),
    index("user_credentials_without_ssh_idx")
      .on(table.id)
      .where(sql`${table.domain} = 'batches' and not ${table.sshMigrationApplied}`)
  ]
)

export const siteCredentials = pgTable("site_credentials", { id: idColumn(), ...credentialColumns() }, (table) => [
  unique("site_credentials_scope_key").on(table.externalServiceType, table.externalServiceId),
  index("site_credentials_list_idx").on(table.createdAt, table.externalServiceType, table.externalServiceId),
  index("site_credentials_unmigrated_idx")
    .on(table.id)
    .where(sql`${table.encryptionKeyId} in ('unmigrated', 'previously-migrated')`)
])
