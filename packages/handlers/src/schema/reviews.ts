/**
 * What people say of a pull request.
 */
import { sql } from "drizzle-orm"
import { type AnyPgColumn, check, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { pullRequests } from "./pullRequests.ts"
import { users } from "./users.ts"

/** `pending`: a draft that only its author sees. */
export const reviewStates = ["pending", "approved", "changes_requested", "commented", "dismissed"] as const

/** @category models */
export type ReviewState = (typeof reviewStates)[number]

export const pullRequestReviews = pgTable(
  "pull_request_reviews",
  {
    id: idColumn(),
    pullRequestId: refColumn("pull_request_id")
      .notNull()
      .references(() => pullRequests.id, { onDelete: "cascade" }),
    userId: refColumn("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    state: text("state").$type<ReviewState>().notNull().default("pending"),
    body: text("body").notNull().default(""),
    /** The head that was reviewed. */
    commitSha: text("commit_sha").notNull(),
    submittedAt: timeColumn("submitted_at"),
    dismissedAt: timeColumn("dismissed_at"),
    dismissedById: refColumn("dismissed_by_id").references(() => users.id, { onDelete: "set null" }),
    dismissedMessage: text("dismissed_message"),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("pull_request_reviews_pull_idx").on(table.pullRequestId, table.submittedAt, table.id),
    // recomputeReviewedBy: what somebody reviewed
    index("pull_request_reviews_user_idx").on(table.userId, table.pullRequestId),
    uniqueIndex("pull_request_reviews_one_pending_key")
      .on(table.pullRequestId, table.userId)
      .where(sql`${table.state} = 'pending'`),
    check(
      "pull_request_reviews_state",
      sql`${table.state} in ('pending', 'approved', 'changes_requested', 'commented', 'dismissed')`
    ),
    check("pull_request_reviews_submitted", sql`(${table.state} = 'pending') = (${table.submittedAt} is null)`)
  ]
)

/** Comments on lines of the diff. The first of a thread has no `replyToId`, and says whether the thread is resolved. */
export const reviewComments = pgTable(
  "review_comments",
  {
    id: idColumn(),
    reviewId: refColumn("review_id")
      .notNull()
      .references(() => pullRequestReviews.id, { onDelete: "cascade" }),
    pullRequestId: refColumn("pull_request_id")
      .notNull()
      .references(() => pullRequests.id, { onDelete: "cascade" }),
    userId: refColumn("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    replyToId: refColumn("reply_to_id").references((): AnyPgColumn => reviewComments.id, { onDelete: "cascade" }),
    path: text("path").notNull(),
    /** Counts from 1, in the head's file. */
    line: integer("line").notNull(),
    /** Counts from 1, in the file's part of the diff, below its first hunk header. */
    position: integer("position").notNull(),
    commitSha: text("commit_sha").notNull(),
    body: text("body").notNull(),
    resolvedAt: timeColumn("resolved_at"),
    resolvedById: refColumn("resolved_by_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("review_comments_pull_idx").on(table.pullRequestId, table.id),
    index("review_comments_review_idx").on(table.reviewId)
  ]
)

export const pullRequestComments = pgTable(
  "pull_request_comments",
  {
    id: idColumn(),
    pullRequestId: refColumn("pull_request_id")
      .notNull()
      .references(() => pullRequests.id, { onDelete: "cascade" }),
    /** Null: Drover itself. */
    userId: refColumn("user_id").references(() => users.id, { onDelete: "set null" }),
    body: text("body").notNull(),
    /** Whoever comments again with the same key finds the first comment, and makes no second. */
    idempotencyKey: text("idempotency_key"),
    createdAt: createdAtColumn(),
    updatedAt: timeColumn("updated_at").notNull().defaultNow()
  },
  (table) => [
    index("pull_request_comments_pull_idx").on(table.pullRequestId, table.id),
    uniqueIndex("pull_request_comments_idempotency_key").on(table.pullRequestId, table.idempotencyKey)
  ]
)
