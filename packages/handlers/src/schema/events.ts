/**
 * What happened in a repository, told once, in the transaction in which it happened.
 */
import { index, jsonb, pgTable, text } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn } from "./columns.ts"
import { pullRequests } from "./pullRequests.ts"
import { repositories } from "./repositories.ts"
import { users } from "./users.ts"

export const events = pgTable(
  "events",
  {
    id: idColumn(),
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    pullRequestId: refColumn("pull_request_id").references(() => pullRequests.id, { onDelete: "cascade" }),
    /** `push`, `pull_request`, `status`, … */
    event: text("event").notNull(),
    /** `opened`, `closed`, …; empty where the event has no actions. */
    action: text("action").notNull().default(""),
    /** Null: Drover itself, or a push that nobody told of. */
    actorId: refColumn("actor_id").references(() => users.id, { onDelete: "set null" }),
    /** The body that receivers get, as it was then. */
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull(),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("events_repository_idx").on(table.repositoryId, table.id.desc().nullsFirst()),
    index("events_pull_request_idx").on(table.pullRequestId, table.id),
    // deleteOldEvents
    index("events_created_idx").on(table.createdAt)
  ]
)
