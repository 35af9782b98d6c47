/**
 * What a database has of the migrations in a folder, and what it lacks.
 */
import { readMigrationFiles } from "drizzle-orm/migrator"
import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A migration as drizzle-kit wrote it. @category models */
export interface MigrationFile {
  /** Its file's name, for example `0003_extend_forge`. */
  readonly name: string
  /** When it was generated, in milliseconds: what the database knows it by. */
  readonly when: number
  readonly hash: string
  readonly statements: ReadonlyArray<string>
}

/** A row of drizzle's table. @category models */
export interface AppliedMigration {
  readonly when: number
  readonly hash: string
}

/** @category models */
export interface MigrationPlan {
  readonly applied: ReadonlyArray<MigrationFile>
  /** In the order in which they are to be applied. */
  readonly missing: ReadonlyArray<MigrationFile>
  /** Applied, and not in the folder: a newer release has been here, or another branch. */
  readonly unknown: ReadonlyArray<AppliedMigration>
  /** Applied as something else than the folder has now: somebody has edited them. */
  readonly edited: ReadonlyArray<MigrationFile>
}

/** Throws where the folder is not one of drizzle-kit's. */
export const readFolder = (folder: string): ReadonlyArray<MigrationFile> => {
  const journal = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as {
    readonly entries: ReadonlyArray<{ readonly tag: string }>
  }
  return readMigrationFiles({ migrationsFolder: folder }).map(({ folderMillis, hash, sql }, at) => ({
    name: journal.entries[at]?.tag ?? String(folderMillis),
    when: folderMillis,
    hash,
    statements: sql.map((statement) => statement.trim()).filter((statement) => statement !== "")
  }))
}

/**
 * By what is in the table, one by one. drizzle itself looks at the newest only, and never applies a migration that a
 * merge has put in front of it.
 *
 * @category decisions
 */
export const planMigrations = (
  files: ReadonlyArray<MigrationFile>,
  table: ReadonlyArray<AppliedMigration>
): MigrationPlan => {
  const inTable = new Map(table.map((row) => [row.when, row]))
  const inFolder = new Set(files.map(({ when }) => when))
  const applied = files.filter(({ when }) => inTable.has(when))
  return {
    applied,
    missing: files.filter(({ when }) => !inTable.has(when)),
    unknown: table.filter(({ when }) => !inFolder.has(when)),
    edited: applied.filter(({ hash, when }) => inTable.get(when)?.hash !== hash)
  }
}
