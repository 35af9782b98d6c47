/**
 * The labels of the forge's pull requests.
 */
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import { createdAtColumn, refColumn } from "./columns.ts"
import { pullRequests } from "./pullRequests.ts"

export const pullRequestLabels = pgTable(
  "pull_request_labels",
  {
    pullRequestId: refColumn("pull_request_id")
      .notNull()
      .references(() => pullRequests.id, { onDelete: "cascade" }),
    /** As people write it. */
    name: text("name").notNull(),
    createdAt: createdAtColumn()
  },
  (table) => [
    primaryKey({ columns: [table.pullRequestId, table.name] }),
    index("pull_request_labels_name_idx").on(table.name, table.pullRequestId)
  ]
)
