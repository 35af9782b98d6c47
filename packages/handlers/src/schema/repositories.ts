/**
 * Bare repositories that the forge knows, and where their refs stood when somebody last looked.
 */
import { sql } from "drizzle-orm"
import { check, index, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"

export const repositories = pgTable(
  "repositories",
  {
    id: idColumn(),
    /** For people, for example `acme/billing`. */
    name: text("name").notNull().unique(),
    /** Where the bare repository is on this host's disk. */
    path: text("path").notNull(),
    defaultBranch: text("default_branch").notNull().default("main"),
    /** Kind of the code host that it is on, for example `github`; null: it is on this forge itself, and `path` is the repository, no copy of it. */
    externalServiceType: text("external_service_type"),
    /** Which host of that kind: its address, as credentials have it, for example `https://github.com/`. */
    externalServiceId: text("external_service_id"),
    /** As its host names it: `acme/billing`. */
    externalName: text("external_name"),
    /** When its branches were last brought from its host, or that was last tried; null: not yet. */
    broughtAt: timeColumn("brought_at"),
    /** Why they could not be; null: they could. */
    bringError: text("bring_error"),
    /** `public`: whoever reaches the forge may read it. */
    visibility: text("visibility").$type<"public" | "private">().notNull().default("private"),
    /** When the refs were last compared with what is recorded of them. */
    refsCheckedAt: timeColumn("refs_checked_at").notNull().defaultNow(),
    pushedAt: timeColumn("pushed_at"),
    /** Since when it takes no changes. */
    archivedAt: timeColumn("archived_at"),
    /** Since when it is gone; what is recorded of it stays. */
    deletedAt: timeColumn("deleted_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    // recordMissedPushes: those that were not looked at for longest
    index("repositories_refs_checked_idx").on(table.refsCheckedAt),
    // bringHostedBranches: those that were not looked at for longest
    index("repositories_brought_idx")
      .on(sql`${table.broughtAt} nulls first`)
      .where(sql`${table.externalServiceType} is not null and ${table.deletedAt} is null`),
    // webhooks in, and adding: who is meant by a host's name
    unique("repositories_external_key").on(table.externalServiceType, table.externalServiceId, table.externalName),
    check(
      "repositories_external",
      sql`num_nulls(${table.externalServiceType}, ${table.externalServiceId}, ${table.externalName}) in (0, 3)`
    ),
    check("repositories_visibility", sql`${table.visibility} in ('public', 'private')`)
  ]
)

/**
 * The branches and tags of a repository as they were last recorded: what a push changed is the difference to these, so
 * that each move is told once, whoever comes first to tell of it.
 */
export const repositoryRefs = pgTable(
  "repository_refs",
  {
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** The full name: `refs/heads/main`, `refs/tags/v1`. */
    ref: text("ref").notNull(),
    sha: text("sha").notNull(),
    recordedAt: timeColumn("recorded_at").notNull().defaultNow()
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.ref] })]
)
