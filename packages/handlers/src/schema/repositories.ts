/**
 * Bare repositories that the forge knows.
 */
import { bigint, index, pgTable, text, timestamp } from "drizzle-orm/pg-core"

export const repositories = pgTable(
  "repositories",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    /** For people, for example `acme/billing`. */
    name: text("name").notNull().unique(),
    /** Where the bare repository is on this host's disk. */
    path: text("path").notNull(),
    defaultBranch: text("default_branch").notNull().default("main"),
    /** When the branches were last compared with what is recorded of them. */
    refsCheckedAt: timestamp("refs_checked_at", { withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow()
  },
  // recordMissedPushes: those that were not looked at for longest
  (table) => [index("repositories_refs_checked_idx").on(table.refsCheckedAt)]
)
