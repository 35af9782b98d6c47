/**
 * What programs say of a commit: statuses, of which the latest of a context counts, and check runs, of which the latest
 * attempt of a name does.
 */
import { sql } from "drizzle-orm"
import { check, index, pgTable, text, unique } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { repositories } from "./repositories.ts"
import { users } from "./users.ts"

export const statusStates = ["error", "failure", "pending", "success"] as const

/** @category models */
export type StatusState = (typeof statusStates)[number]

export const checkRunStatuses = ["queued", "in_progress", "completed"] as const

/** @category models */
export type CheckRunStatus = (typeof checkRunStatuses)[number]

export const checkConclusions = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "skipped",
  "timed_out",
  "action_required",
  "startup_failure",
  "stale"
] as const

/** @category models */
export type CheckConclusion = (typeof checkConclusions)[number]

const repositoryId = () =>
  refColumn("repository_id")
    .notNull()
    .references(() => repositories.id, { onDelete: "cascade" })

/** Only ever added to. */
export const commitStatuses = pgTable(
  "commit_statuses",
  {
    id: idColumn(),
    repositoryId: repositoryId(),
    sha: text("sha").notNull(),
    context: text("context").notNull().default("default"),
    state: text("state").$type<StatusState>().notNull(),
    description: text("description"),
    targetUrl: text("target_url"),
    creatorId: refColumn("creator_id").references(() => users.id, { onDelete: "set null" }),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("commit_statuses_latest_idx").on(table.repositoryId, table.sha, table.context, table.id.desc().nullsFirst()),
    check("commit_statuses_state", sql`${table.state} in ('error', 'failure', 'pending', 'success')`)
  ]
)

/** The check runs of one program on one commit. */
export const checkSuites = pgTable(
  "check_suites",
  {
    id: idColumn(),
    repositoryId: repositoryId(),
    headSha: text("head_sha").notNull(),
    /** The program. */
    app: text("app").notNull().default("drover"),
    createdAt: createdAtColumn()
  },
  (table) => [unique("check_suites_key").on(table.repositoryId, table.headSha, table.app)]
)

export const checkRuns = pgTable(
  "check_runs",
  {
    id: idColumn(),
    suiteId: refColumn("suite_id")
      .notNull()
      .references(() => checkSuites.id, { onDelete: "cascade" }),
    repositoryId: repositoryId(),
    headSha: text("head_sha").notNull(),
    name: text("name").notNull(),
    status: text("status").$type<CheckRunStatus>().notNull().default("queued"),
    conclusion: text("conclusion").$type<CheckConclusion>(),
    detailsUrl: text("details_url"),
    title: text("title"),
    summary: text("summary"),
    startedAt: timeColumn("started_at"),
    completedAt: timeColumn("completed_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("check_runs_latest_idx").on(table.repositoryId, table.headSha, table.name, table.id.desc().nullsFirst()),
    index("check_runs_suite_idx").on(table.suiteId),
    check("check_runs_status", sql`${table.status} in ('queued', 'in_progress', 'completed')`),
    check(
      "check_runs_conclusion",
      sql`${table.conclusion} in ('success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required', 'startup_failure', 'stale')`
    ),
    check("check_runs_concluded", sql`(${table.status} = 'completed') = (${table.conclusion} is not null)`)
  ]
)
