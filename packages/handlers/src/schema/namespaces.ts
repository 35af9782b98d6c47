/**
 * Whose a batch change is: a user's, or an organisation's.
 */
import { sql } from "drizzle-orm"
import { check, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { users } from "./users.ts"

export const namespaces = pgTable(
  "namespaces",
  {
    id: idColumn(),
    kind: text("kind").$type<"user" | "organisation">().notNull(),
    /** No two differ in case alone. A user's own has the user's login. */
    name: text("name").notNull(),
    /** The user whose own it is; null for an organisation. */
    userId: refColumn("user_id").references(() => users.id, { onDelete: "set null" }),
    /** What is in it is kept, and nothing of it is worked on. */
    deletedAt: timeColumn("deleted_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    uniqueIndex("namespaces_name_key").on(sql`lower(${table.name})`),
    uniqueIndex("namespaces_user_key").on(table.userId),
    check("namespaces_kind", sql`${table.kind} in ('user', 'organisation')`)
  ]
)

/** Who may make batch changes in an organisation. A user's own namespace has none: it is the user's. */
export const namespaceMembers = pgTable(
  "namespace_members",
  {
    namespaceId: refColumn("namespace_id")
      .notNull()
      .references(() => namespaces.id, { onDelete: "cascade" }),
    userId: refColumn("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAtColumn()
  },
  (table) => [primaryKey({ columns: [table.namespaceId, table.userId] })]
)
