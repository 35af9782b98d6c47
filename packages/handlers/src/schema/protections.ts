/**
 * What must hold before a branch moves.
 */
import { sql } from "drizzle-orm"
import { boolean, check, integer, pgTable, text, unique } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { repositories } from "./repositories.ts"

export const branchProtections = pgTable(
  "branch_protections",
  {
    id: idColumn(),
    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** A branch, or a glob such as `release/*`. Of several that match, the branch's own name counts before globs, then the oldest. */
    pattern: text("pattern").notNull(),
    /** Only pull requests move the branch; a push by anybody but an admin is refused. */
    requirePullRequest: boolean("require_pull_request").notNull().default(true),
    requiredApprovals: integer("required_approvals").notNull().default(0),
    /** An approval of another commit than the head does not count. */
    dismissStaleApprovals: boolean("dismiss_stale_approvals").notNull().default(false),
    requireCodeOwners: boolean("require_code_owners").notNull().default(false),
    /** Contexts of statuses and names of check runs that must have succeeded on the head. */
    requiredChecks: text("required_checks")
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The head must have every commit of the base. */
    requireUpToDate: boolean("require_up_to_date").notNull().default(false),
    allowForcePushes: boolean("allow_force_pushes").notNull().default(false),
    allowDeletions: boolean("allow_deletions").notNull().default(false),
    createdAt: createdAtColumn(),
    updatedAt: timeColumn("updated_at").notNull().defaultNow()
  },
  (table) => [
    unique("branch_protections_pattern_key").on(table.repositoryId, table.pattern),
    check("branch_protections_required_approvals", sql`${table.requiredApprovals} between 0 and 10`)
  ]
)
