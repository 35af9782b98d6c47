/**
 * Who acts: people and programs, the tokens they prove it with, and what they may do in a repository.
 */
import { sql } from "drizzle-orm"
import { check, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { repositories } from "./repositories.ts"

/** From the least to the most: `read` fetches, `write` also pushes, reviews and merges, `admin` also changes settings and protected branches. */
export const roles = ["read", "write", "admin"] as const

/** @category models */
export type Role = (typeof roles)[number]

export const users = pgTable(
  "users",
  {
    id: idColumn(),
    /** For people and for CODEOWNERS, as they write it; no two differ in case alone. */
    login: text("login").notNull(),
    name: text("name"),
    email: text("email"),
    createdAt: createdAtColumn()
  },
  (table) => [uniqueIndex("users_login_key").on(sql`lower(${table.login})`)]
)

export const accessTokens = pgTable(
  "access_tokens",
  {
    id: idColumn(),
    userId: refColumn("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** What it is for, in its owner's words. */
    name: text("name").notNull(),
    /** SHA-256 of the token in hex. The token itself is shown once and kept nowhere. */
    tokenHash: text("token_hash").notNull().unique(),
    /** The most that the token may do, whatever its user may. */
    role: text("role").$type<Role>().notNull().default("write"),
    lastUsedAt: timeColumn("last_used_at"),
    expiresAt: timeColumn("expires_at"),
    revokedAt: timeColumn("revoked_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("access_tokens_user_idx").on(table.userId),
    check("access_tokens_role", sql`${table.role} in ('read', 'write', 'admin')`)
  ]
)

export const repositoryMembers = pgTable(
  "repository_members",
  {
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    userId: refColumn("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text("role").$type<Role>().notNull(),
    createdAt: createdAtColumn()
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.userId] }),
    index("repository_members_user_idx").on(table.userId),
    check("repository_members_role", sql`${table.role} in ('read', 'write', 'admin')`)
  ]
)
