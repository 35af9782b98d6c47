/**
 * Bare repositories that the forge knows.
 */
import { bigint, pgTable, text, timestamp } from "drizzle-orm/pg-core"

export const repositories = pgTable("repositories", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
  /** For people, for example `acme/billing`. */
  name: text("name").notNull().unique(),
  /** Where the bare repository is on this host's disk. */
  path: text("path").notNull(),
  defaultBranch: text("default_branch").notNull().default("main"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow()
})
