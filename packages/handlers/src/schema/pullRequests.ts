/**
 * Pull requests, and what the last computation found of each.
 */
import { sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  unique,
  uniqueIndex
} from "drizzle-orm/pg-core"
import { repositories } from "./repositories.ts"

/** `unknown`: not computed for these tips yet. */
export const mergeableStates = ["unknown", "draft", "dirty", "behind", "clean"] as const

/** @category models */
export type MergeableState = (typeof mergeableStates)[number]

const time = (name: string) => timestamp(name, { withTimezone: true })

export const pullRequests = pgTable(
  "pull_requests",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    repositoryId: bigint("repository_id", { mode: "number" })
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** Counts from 1 in each repository. */
    number: integer("number").notNull(),
    title: text("title").notNull(),
    baseRef: text("base_ref").notNull(),
    headRef: text("head_ref").notNull(),
    /** The tips that were last seen; null where the branch is gone. */
    baseSha: text("base_sha"),
    headSha: text("head_sha"),
    draft: boolean("draft").notNull().default(false),
    state: text("state").$type<"open" | "closed" | "merged">().notNull().default("open"),
    mergedAt: time("merged_at"),
    mergeCommitSha: text("merge_commit_sha"),

    // What recompute_mergeability writes, all of it about (baseSha, headSha).
    mergeable: boolean("mergeable"),
    mergeableState: text("mergeable_state").$type<MergeableState>().notNull().default("unknown"),
    /** Why it cannot be merged, where that is not a conflict. */
    mergeableReason: text("mergeable_reason"),
    rebaseable: boolean("rebaseable"),
    conflictedPaths: text("conflicted_paths")
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Commits that only the head has, and that only the base has. */
    commits: integer("commits").notNull().default(0),
    behindBy: integer("behind_by").notNull().default(0),
    additions: integer("additions").notNull().default(0),
    deletions: integer("deletions").notNull().default(0),
    changedFiles: integer("changed_files").notNull().default(0),
    mergeabilityCheckedAt: time("mergeability_checked_at"),
    /** When a computation was last asked for. */
    mergeabilityRequestedAt: time("mergeability_requested_at").notNull().defaultNow(),

    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow()
  },
  (table) => [
    unique("pull_requests_number_key").on(table.repositoryId, table.number),
    uniqueIndex("pull_requests_one_open_key")
      .on(table.repositoryId, table.baseRef, table.headRef)
      .where(sql`${table.state} = 'open'`),
    // recordMoves: the pull requests of a branch, as head and as base
    index("pull_requests_head_idx").on(table.repositoryId, table.headRef),
    index("pull_requests_base_idx").on(table.repositoryId, table.baseRef),
    // askAgain: those that wait longest for a computation
    index("pull_requests_unknown_idx")
      .on(table.mergeabilityRequestedAt)
      .where(sql`${table.mergeableState} = 'unknown' and ${table.state} <> 'merged'`),
    check("pull_requests_state", sql`${table.state} in ('open', 'closed', 'merged')`),
    check(
      "pull_requests_merged_with_commit",
      sql`(${table.state} = 'merged') = (${table.mergedAt} is not null) and (${table.state} = 'merged') = (${table.mergeCommitSha} is not null)`
    ),
    check(
      "pull_requests_mergeable_state",
      sql`${table.mergeableState} in ('unknown', 'draft', 'dirty', 'behind', 'clean')`
    ),
    check(
      "pull_requests_computed_or_unknown",
      sql`(${table.mergeable} is null) = (${table.mergeableState} = 'unknown')`
    )
  ]
)
