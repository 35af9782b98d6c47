/**
 * Changesets: what batch changes want of one branch of one repository, and what became of it. The work table of the
 * reconciler.
 *
 * A row has three kinds of columns, each written by statements of their own: what is wanted (specs, publication,
 * closing), what was seen on the host (`external…`), and whose turn it is (the work columns).
 */
import { workColumns, workIndexes, type WorkState } from "@drover/core"
import type { CheckState, MergeableState, ReviewState } from "@drover/code-hosts"
import { and, eq, exists, getTableColumns, isNull, sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
  uniqueIndex
} from "drizzle-orm/pg-core"
import type { Operation } from "../batchChanges/plan/Operation.ts"
import type { ComputedState, ExternalState, Publication, UiPublication } from "../batchChanges/states.ts"
import { syncDue } from "../batchChanges/sync/syncDue.ts"
import { batchChanges } from "./batchChanges.ts"
import { changesetSpecs } from "./batchSpecs.ts"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { namespaces } from "./namespaces.ts"
import { repositories } from "./repositories.ts"
import { users } from "./users.ts"

const { state: _, ...work } = workColumns()

export const changesets = pgTable(
  "changesets",
  {
    ...work,
    /** The state of the work record. `scheduled`: a window has to open before it is queued. */
    reconcilerState: text("reconciler_state").$type<WorkState | "scheduled">().notNull().default("completed"),
    /** Somebody wanted it to be reconciled while it was: it is once more. */
    runAgain: boolean("run_again").notNull().default(false),
    /** The order of the queue: batch changes take turns. See `enqueueChangesets`. */
    turn: bigint("turn", { mode: "number" }).notNull().default(0),
    /** Why the attempt before the last one failed. */
    previousFailureMessage: text("previous_failure_message"),
    /** A person has to decide; in words. While it is set nothing is pushed. */
    attention: text("attention"),

    repositoryId: refColumn("repository_id")
      .notNull()
      .references(() => repositories.id, { onDelete: "cascade" }),
    /** The batch change that makes it; null: it was imported. */
    ownerId: refColumn("owner_id").references(() => batchChanges.id, { onDelete: "set null" }),
    currentSpecId: refColumn("current_spec_id").references(() => changesetSpecs.id),
    /** The spec that it was brought to last. */
    previousSpecId: refColumn("previous_spec_id").references(() => changesetSpecs.id),
    /** Specs towards which something was done on the host since then: parts of any of them may be there. */
    begunSpecIds: bigint("begun_spec_ids", { mode: "number" })
      .array()
      .notNull()
      .default(sql`'{}'`),
    publication: text("publication").$type<Publication>().notNull().default("unpublished"),
    uiPublication: text("ui_publication").$type<Exclude<UiPublication, null>>(),
    /** Somebody asked to close it. */
    closing: boolean("closing").notNull().default(false),
    /** No batch change has it any more. */
    detachedAt: timeColumn("detached_at"),
    /** The branch that it is pushed to, without `refs/heads/`; of one that is imported, once it is known. */
    headRef: text("head_ref").notNull().default(""),
    /** The commit that `previousSpecId` stands for, as it was built from its spec alone. */
    builtSha: text("built_sha"),
    /** Where Drover left the branch: `builtSha`, or that on top of what people committed. */
    pushedSha: text("pushed_sha"),

    /** The pull request, as its host names it; null: none was made. */
    externalId: text("external_id"),
    externalUrl: text("external_url"),
    externalState: text("external_state").$type<Exclude<ExternalState, null>>(),
    externalTitle: text("external_title"),
    externalBody: text("external_body"),
    externalBaseRef: text("external_base_ref"),
    externalHeadSha: text("external_head_sha"),
    mergeableState: text("mergeable_state").$type<MergeableState>(),
    checkState: text("check_state").$type<CheckState>(),
    reviewState: text("review_state").$type<Exclude<ReviewState, null>>(),
    conflictedPaths: text("conflicted_paths")
      .array()
      .notNull()
      .default(sql`'{}'`),
    labels: text("labels")
      .array()
      .notNull()
      .default(sql`'{}'`),
    mergeCommitSha: text("merge_commit_sha"),
    /** When the host changed it last, by the host's clock: what is older is not written over what is newer. */
    externalUpdatedAt: timeColumn("external_updated_at"),
    syncedAt: timeColumn("synced_at"),
    /** Why it could not be read the last time. */
    syncError: text("sync_error"),

    /** The one word for people. See `computedState`, which says the same. */
    computedState: text("computed_state")
      .$type<ComputedState>()
      .notNull()
      .generatedAlwaysAs(
        sql`case when "reconciler_state" = 'errored' then 'retrying'
          when "reconciler_state" in ('failed', 'canceled') then 'failed'
          when "reconciler_state" = 'scheduled' then 'scheduled'
          when "reconciler_state" <> 'completed' then 'processing'
          when "publication" = 'unpublished' then 'unpublished'
          else coalesce("external_state", 'processing') end`
      ),
    createdAt: createdAtColumn(),
    updatedAt: timeColumn("updated_at").notNull().defaultNow()
  },
  (table) => [
    ...workIndexes("changesets", { ...table, state: table.reconcilerState }, [table.turn, table.id]),
    index("changesets_owner_idx").on(table.ownerId, table.id),
    index("changesets_repository_idx").on(table.repositoryId, table.headRef),
    uniqueIndex("changesets_external_key").on(table.repositoryId, table.externalId),
    index("changesets_current_spec_idx").on(table.currentSpecId),
    index("changesets_previous_spec_idx").on(table.previousSpecId),
    // enqueueChangesets: the last turn of a batch change
    index("changesets_turn_idx")
      .on(table.ownerId, table.turn)
      .where(sql`${table.reconcilerState} in ('queued', 'errored')`),
    // sync: those that are to be looked at first
    index("changesets_sync_due_idx")
      .on(syncDue(table))
      .where(
        sql`${table.publication} = 'published' and ${table.externalState} in ('open', 'draft', 'closed', 'readonly')`
      ),
    check(
      "changesets_reconciler_state",
      sql`${table.reconcilerState} in ('scheduled', 'queued', 'processing', 'errored', 'failed', 'completed', 'canceled')`
    ),
    check("changesets_publication", sql`${table.publication} in ('unpublished', 'published')`),
    check("changesets_ui_publication", sql`${table.uiPublication} in ('unpublished', 'draft', 'published')`),
    check(
      "changesets_external_state",
      sql`${table.externalState} in ('draft', 'open', 'closed', 'merged', 'deleted', 'readonly')`
    )
  ]
)

/** What batch changes have to do with changesets. */
export const changesetAssociations = pgTable(
  "changeset_associations",
  {
    changesetId: refColumn("changeset_id")
      .notNull()
      .references(() => changesets.id, { onDelete: "cascade" }),
    batchChangeId: refColumn("batch_change_id")
      .notNull()
      .references(() => batchChanges.id, { onDelete: "cascade" }),
    /** It is to let go of the changeset. */
    detach: boolean("detach").notNull().default(false),
    /** It is to put the changeset away; `archived`: it has. */
    archive: boolean("archive").notNull().default(false),
    archived: boolean("archived").notNull().default(false),
    createdAt: createdAtColumn()
  },
  (table) => [
    primaryKey({ columns: [table.changesetId, table.batchChangeId] }),
    index("changeset_associations_batch_change_idx").on(table.batchChangeId, table.changesetId)
  ]
)

/** Changesets that may be worked on: of repositories that are there, in a batch change of a namespace that is. */
export const reconcilerChangesets = pgView("reconciler_changesets").as((db) =>
  db
    .select({ ...getTableColumns(changesets) })
    .from(changesets)
    .where(
      and(
        exists(
          db
            .select({ one: sql`1`.as("one") })
            .from(repositories)
            .where(and(eq(repositories.id, changesets.repositoryId), isNull(repositories.deletedAt)))
        ),
        exists(
          db
            .select({ one: sql`1`.as("one") })
            .from(changesetAssociations)
            .innerJoin(batchChanges, eq(batchChanges.id, changesetAssociations.batchChangeId))
            .innerJoin(namespaces, eq(namespaces.id, batchChanges.namespaceId))
            .where(and(eq(changesetAssociations.changesetId, changesets.id), isNull(namespaces.deletedAt)))
        )
      )
    )
)

/** What happened to changesets: only ever added to, and the only source of statistics. A trigger refuses changes. */
export const changesetEvents = pgTable(
  "changeset_events",
  {
    id: idColumn(),
    changesetId: refColumn("changeset_id")
      .notNull()
      .references(() => changesets.id, { onDelete: "cascade" }),
    /** See `ChangesetEventKind`. */
    kind: text("kind").notNull(),
    /** What is told twice with one key is there once. */
    key: text("key").notNull(),
    /** Null: Drover itself, or somebody on the host. */
    actorId: refColumn("actor_id").references(() => users.id, { onDelete: "set null" }),
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    createdAt: createdAtColumn()
  },
  (table) => [
    uniqueIndex("changeset_events_key").on(table.changesetId, table.kind, table.key),
    index("changeset_events_created_idx").on(table.changesetId, table.createdAt, table.id),
    // statistics: the changesets that a batch change ever had
    index("changeset_events_attached_idx")
      .on(sql`(${table.payload} ->> 'batchChangeId')`, table.changesetId)
      .where(sql`${table.kind} = 'attached'`)
  ]
)

/**
 * What the reconciler did to the world outside: a row before each step, completed after it. A step without an end is one
 * that its worker may or may not have done.
 */
export const changesetSteps = pgTable(
  "changeset_steps",
  {
    id: idColumn(),
    changesetId: refColumn("changeset_id")
      .notNull()
      .references(() => changesets.id, { onDelete: "cascade" }),
    attempt: integer("attempt").notNull(),
    operation: text("operation").$type<Operation>().notNull(),
    /** What was about to be done: of a push, `{ commit, expected }`. */
    intent: jsonb("intent").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    outcome: text("outcome").$type<"done" | "failed">(),
    failure: text("failure"),
    startedAt: timeColumn("started_at").notNull().defaultNow(),
    endedAt: timeColumn("ended_at")
  },
  (table) => [
    index("changeset_steps_changeset_idx").on(table.changesetId, table.id),
    // retention
    index("changeset_steps_started_idx").on(table.startedAt),
    check("changeset_steps_outcome", sql`${table.outcome} in ('done', 'failed')`)
  ]
)
