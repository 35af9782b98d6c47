/**
 * What is known of out-of-band migrations: how far each is and which way it goes, what went wrong, and the rows that it
 * passed by.
 *
 * Add them to your own drizzle schema, so that your migrations create them.
 */
import { sql } from "drizzle-orm"
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp
} from "drizzle-orm/pg-core"

const time = (name: string) => timestamp(name, { withTimezone: true })

export const outOfBandMigrations = pgTable(
  "out_of_band_migrations",
  {
    /** Given by the code, once and for ever. */
    id: integer("id").primaryKey(),
    team: text("team").notNull(),
    component: text("component").notNull(),
    description: text("description").notNull(),
    introducedMajor: integer("introduced_major").notNull(),
    introducedMinor: integer("introduced_minor").notNull(),
    /** From this release on, the old form of the data is no longer read. Null: it is for now. */
    deprecatedMajor: integer("deprecated_major"),
    deprecatedMinor: integer("deprecated_minor"),
    /** 0: all data is in the old form; 1: all is in the new one. Computed from the data. */
    progress: doublePrecision("progress").notNull().default(0),
    /** The old form stays beside the new one: releases from before can still read it. */
    nonDestructive: boolean("non_destructive").notNull(),
    /** True: towards the old form. */
    applyReverse: boolean("apply_reverse").notNull().default(false),
    createdAt: time("created_at").notNull().defaultNow(),
    /** When progress, errors or the direction last changed. */
    lastUpdatedAt: time("last_updated_at")
  },
  (table) => [
    check("out_of_band_migrations_progress", sql`${table.progress} between 0 and 1`),
    check(
      "out_of_band_migrations_deprecated",
      sql`(${table.deprecatedMajor} is null) = (${table.deprecatedMinor} is null)`
    )
  ]
)

/** Named, for drizzle's own name is longer than Postgres takes. */
const ofMigration = (name: string, { migrationId }: { readonly migrationId: AnyPgColumn }) =>
  foreignKey({ name, columns: [migrationId], foreignColumns: [outOfBandMigrations.id] }).onDelete("cascade")

/** The newest hundred of each migration. One that says what the last one said is counted with it. */
export const outOfBandMigrationsErrors = pgTable(
  "out_of_band_migrations_errors",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    migrationId: integer("migration_id").notNull(),
    message: text("message").notNull(),
    /** How often it was said in a row. */
    occurrences: integer("occurrences").notNull().default(1),
    createdAt: time("created_at").notNull(),
    lastSeenAt: time("last_seen_at").notNull()
  },
  (table) => [
    index("out_of_band_migrations_errors_newest_idx").on(table.migrationId, table.id),
    ofMigration("out_of_band_migrations_errors_migration_fk", table)
  ]
)

/** Rows that a migration could not migrate, and passed by. It comes back to them, longest waiting first. */
export const outOfBandMigrationsFailedRows = pgTable(
  "out_of_band_migrations_failed_rows",
  {
    migrationId: integer("migration_id").notNull(),
    /** The direction in which it failed. */
    reverse: boolean("reverse").notNull(),
    /** The row's key, as text. */
    recordId: text("record_id").notNull(),
    message: text("message").notNull(),
    attempts: integer("attempts").notNull().default(1),
    lastAttemptAt: time("last_attempt_at").notNull()
  },
  (table) => [
    primaryKey({
      name: "out_of_band_migrations_failed_rows_pk",
      columns: [table.migrationId, table.reverse, table.recordId]
    }),
    ofMigration("out_of_band_migrations_failed_rows_migration_fk", table),
    index("out_of_band_migrations_failed_rows_waiting_idx").on(table.migrationId, table.reverse, table.lastAttemptAt)
  ]
)

/** The releases that have worked on this database, by program. */
export const instanceVersions = pgTable("instance_versions", {
  service: text("service").primaryKey(),
  /** The first that ever did. */
  firstVersion: text("first_version").notNull(),
  /** The last that was started. */
  version: text("version").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  updatedAt: time("updated_at").notNull().defaultNow()
})
