/**
 * The code search index: the files of each repository's default branch, their contents once each.
 */
import { sql } from "drizzle-orm"
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import { refColumn, timeColumn } from "./columns.ts"
import { repositories } from "./repositories.ts"

/** A blob has one row however many files and repositories have it. */
export const codeBlobs = pgTable(
  "code_blobs",
  {
    oid: text("oid").primaryKey(),
    /** Null: only the path can be found, and `skipped` says why. */
    content: text("content"),
    skipped: text("skipped").$type<"binary" | "large">(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull()
  },
  (table) => [
    index("code_blobs_content_idx").using("gin", sql`${table.content} gin_trgm_ops`),
    check("code_blobs_skipped", sql`${table.skipped} in ('binary', 'large')`),
    check("code_blobs_content_or_reason", sql`(${table.content} is null) = (${table.skipped} is not null)`)
  ]
)

export const codeFiles = pgTable(
  "code_files",
  {
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    path: text("path").notNull(),
    blobOid: text("blob_oid")
      .notNull()
      .references(() => codeBlobs.oid)
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.path] }),
    index("code_files_blob_idx").on(table.blobOid),
    index("code_files_path_idx").using("gin", sql`${table.path} gin_trgm_ops`)
  ]
)

/** What the index holds of a repository. */
export const codeIndexState = pgTable("code_index_state", {
  repositoryId: refColumn("repository_id")
    .primaryKey()
    .references(() => repositories.id, { onDelete: "cascade" }),
  /** What was indexed. Null: nothing, for there was no such branch, or (where `indexedAt` is null too) nobody looked yet. */
  commitSha: text("commit_sha"),
  branch: text("branch").notNull(),
  files: integer("files").notNull().default(0),
  /** The sizes of those files that are small enough to be searched by content, in sum. */
  bytes: bigint("bytes", { mode: "number" }).notNull().default(0),
  /** Something was left out; `incompleteReason` says what. */
  incomplete: boolean("incomplete").notNull().default(false),
  incompleteReason: text("incomplete_reason"),
  /** Why the last try failed; null: it did not. The index then still is the one before. */
  error: text("error"),
  indexedAt: timeColumn("indexed_at")
})
