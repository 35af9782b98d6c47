/**
 * Where the steps of batch specs run, and the changeset specs that come of them.
 */
import { workColumns, workIndexes } from "@drover/core"
import { sql } from "drizzle-orm"
import { boolean, check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core"
import type { WorkspaceResult } from "../batchChanges/execution/WorkspaceResult.ts"
import { batchSpecs } from "./batchChanges.ts"
import { bytesColumn, createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { repositories } from "./repositories.ts"
import { users } from "./users.ts"

/** A folder of a commit of a repository in which the steps of a spec run: a work table. */
export const batchSpecWorkspaces = pgTable(
  "batch_spec_workspaces",
  {
    ...workColumns(),
    batchSpecId: refColumn("batch_spec_id")
      .notNull()
      .references(() => batchSpecs.id, { onDelete: "cascade" }),
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** The branch that is to be changed, without `refs/heads/`, and the commit that the steps see. */
    branch: text("branch").notNull(),
    baseSha: text("base_sha").notNull(),
    /** The folder, without slashes at its ends; empty: the root. */
    path: text("path").notNull().default(""),
    onlyFetchWorkspace: boolean("only_fetch_workspace").notNull().default(false),
    /** Where a code search found the repository: paths, for templates. */
    searchResultPaths: jsonb("search_result_paths").$type<ReadonlyArray<string>>().notNull().default([]),
    /** What came of it; null until it is completed. */
    result: jsonb("result").$type<WorkspaceResult>(),
    diff: bytesColumn("diff"),
    /** Nothing ran: another had done the same before. */
    cached: boolean("cached").notNull().default(false)
  },
  (table) => [
    ...workIndexes("batch_spec_workspaces", table),
    index("batch_spec_workspaces_spec_idx").on(table.batchSpecId, table.id),
    index("batch_spec_workspaces_repository_idx").on(table.repositoryId)
  ]
)

/** What steps gave, by all that it depends on: the commit, the folder, the steps with their templates filled in. */
export const stepResults = pgTable(
  "step_results",
  {
    /** SHA-256 in hex. */
    key: text("key").primaryKey(),
    /** Of all steps so far. With `emptyFolders` the diff and those are all that they left: the next can go on from them. */
    result: jsonb("result").$type<WorkspaceResult & { readonly emptyFolders?: ReadonlyArray<string> }>().notNull(),
    diff: bytesColumn("diff").notNull(),
    createdAt: createdAtColumn(),
    lastUsedAt: timeColumn("last_used_at").notNull().defaultNow()
  },
  // retention: those that nobody wanted for longest
  (table) => [index("step_results_last_used_idx").on(table.lastUsedAt)]
)

export const changesetSpecs = pgTable(
  "changeset_specs",
  {
    id: idColumn(),
    /** Null: it is attached to none yet. */
    batchSpecId: refColumn("batch_spec_id").references(() => batchSpecs.id, { onDelete: "cascade" }),
    creatorId: refColumn("creator_id").references(() => users.id, { onDelete: "set null" }),
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** `import`: only `externalId` counts. */
    kind: text("kind").$type<"branch" | "import">().notNull(),
    externalId: text("external_id"),
    title: text("title").notNull().default(""),
    body: text("body").notNull().default(""),
    /** Branches, without `refs/heads/`. */
    baseRef: text("base_ref").notNull().default(""),
    headRef: text("head_ref").notNull().default(""),
    /** The commit that the diff is made for. */
    baseSha: text("base_sha").notNull().default(""),
    diff: bytesColumn("diff"),
    /** SHA-256 of the diff, in hex. */
    diffHash: text("diff_hash").notNull().default(""),
    additions: integer("additions").notNull().default(0),
    deletions: integer("deletions").notNull().default(0),
    changedFiles: integer("changed_files").notNull().default(0),
    commitMessage: text("commit_message").notNull().default(""),
    authorName: text("author_name").notNull().default(""),
    authorEmail: text("author_email").notNull().default(""),
    /** Null: the person at the screen decides. */
    published: text("published").$type<"true" | "false" | "draft">(),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("changeset_specs_batch_spec_idx").on(table.batchSpecId, table.id),
    index("changeset_specs_repository_idx").on(table.repositoryId),
    check("changeset_specs_kind", sql`${table.kind} in ('branch', 'import')`),
    check("changeset_specs_published", sql`${table.published} in ('true', 'false', 'draft')`),
    check("changeset_specs_import_or_diff", sql`(${table.kind} = 'import') = (${table.externalId} is not null)`),
    check("changeset_specs_diff", sql`(${table.kind} = 'branch') = (${table.diff} is not null)`)
  ]
)
