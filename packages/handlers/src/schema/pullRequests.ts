/**
 * Pull requests, and what the last computation found of each.
 */
import { sql } from "drizzle-orm"
import { boolean, check, index, integer, pgTable, text, unique, uniqueIndex } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { repositories } from "./repositories.ts"
import { users } from "./users.ts"

/**
 * `unknown`: not computed for these tips yet. `blocked`: something that the base's protection requires is missing.
 * `unstable`: it may be merged, though a check that is not required has failed or is not done.
 */
export const mergeableStates = ["unknown", "draft", "dirty", "blocked", "behind", "unstable", "clean"] as const

/** @category models */
export type MergeableState = (typeof mergeableStates)[number]

/** What the reviews come to; null where none is required and none decides. */
export const reviewDecisions = ["approved", "changes_requested", "review_required"] as const

/** @category models */
export type ReviewDecision = (typeof reviewDecisions)[number]

/** What statuses and check runs of the head come to, from the worst to the best. `expected`: none has reported. */
export const checkRollups = ["error", "failure", "pending", "success", "expected"] as const

/** @category models */
export type CheckRollup = (typeof checkRollups)[number]

export const pullRequests = pgTable(
  "pull_requests",
  {
    id: idColumn(),
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** Counts from 1 in each repository. */
    number: integer("number").notNull(),
    title: text("title").notNull(),
    body: text("body").notNull().default(""),
    /** Null: Drover itself. */
    authorId: refColumn("author_id").references(() => users.id, { onDelete: "set null" }),
    baseRef: text("base_ref").notNull(),
    headRef: text("head_ref").notNull(),
    /** The tips that were last seen; null where the branch is gone. */
    baseSha: text("base_sha"),
    headSha: text("head_sha"),
    draft: boolean("draft").notNull().default(false),
    state: text("state").$type<"open" | "closed" | "merged">().notNull().default("open"),
    closedAt: timeColumn("closed_at"),
    mergedAt: timeColumn("merged_at"),
    mergedById: refColumn("merged_by_id").references(() => users.id, { onDelete: "set null" }),
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
    mergeabilityCheckedAt: timeColumn("mergeability_checked_at"),
    /** When a computation was last asked for. */
    mergeabilityRequestedAt: timeColumn("mergeability_requested_at").notNull().defaultNow(),

    // What recompute_review_decision writes, about headSha.
    reviewDecision: text("review_decision").$type<ReviewDecision>(),
    checkRollup: text("check_rollup").$type<CheckRollup>().notNull().default("expected"),
    reviewsCheckedAt: timeColumn("reviews_checked_at"),

    createdAt: createdAtColumn(),
    updatedAt: timeColumn("updated_at").notNull().defaultNow()
  },
  (table) => [
    unique("pull_requests_number_key").on(table.repositoryId, table.number),
    uniqueIndex("pull_requests_one_open_key")
      .on(table.repositoryId, table.baseRef, table.headRef)
      .where(sql`${table.state} = 'open'`),
    // recordMoves: the pull requests of a branch, as head and as base
    index("pull_requests_head_idx").on(table.repositoryId, table.headRef),
    index("pull_requests_base_idx").on(table.repositoryId, table.baseRef),
    // listPullRequests: those of a state, the newest first
    index("pull_requests_state_idx").on(table.repositoryId, table.state, table.number),
    // a status or a check run of a commit: the pull requests that have it as head
    index("pull_requests_head_sha_idx").on(table.repositoryId, table.headSha),
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
      sql`${table.mergeableState} in ('unknown', 'draft', 'dirty', 'blocked', 'behind', 'unstable', 'clean')`
    ),
    check(
      "pull_requests_review_decision",
      sql`${table.reviewDecision} in ('approved', 'changes_requested', 'review_required')`
    ),
    check(
      "pull_requests_check_rollup",
      sql`${table.checkRollup} in ('error', 'failure', 'pending', 'success', 'expected')`
    ),
    check(
      "pull_requests_computed_or_unknown",
      sql`(${table.mergeable} is null) = (${table.mergeableState} = 'unknown')`
    )
  ]
)
