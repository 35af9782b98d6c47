/**
 * Finds batch changes, and how far each is.
 *
 * Served by `batch_changes_name_key`, `changeset_associations_batch_change_idx` and primary keys.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, desc, eq, getTableColumns, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { batchChanges } from "../../schema/batchChanges.ts"
import { namespaces } from "../../schema/namespaces.ts"
import type { BatchChange } from "../apply/Applied.ts"
import { BatchChangeUnknown } from "../apply/ApplyError.ts"
import { mayUse, requireNamespace } from "../namespaces/requireNamespace.ts"
import { type ChangesetCounts, changesetCounts, noChangesets } from "./changesetCounts.ts"

/** @category models */
export interface BatchChangeView extends BatchChange {
  /** The name of its namespace. */
  readonly namespace: string
  readonly state: "open" | "closed"
  readonly counts: ChangesetCounts
}

/** @category options */
export interface FindBatchChange {
  /** By its id, or by its name in a namespace. */
  readonly id?: number | undefined
  readonly namespace?: string | number | undefined
  readonly name?: string | undefined
  /** A user or a member of its namespace. */
  readonly actorId?: ActorId
}

/** Fails with `BatchChangeUnknown` where there is none that the actor may see. @category operations */
export const findBatchChange = Effect.fn("BatchChanges.find")(function* ({
  actorId,
  id,
  name,
  namespace
}: FindBatchChange) {
  const { run } = yield* Database
  const named =
    id === undefined && namespace !== undefined && name !== undefined
      ? and(
          eq(batchChanges.namespaceId, (yield* requireNamespace(actorId, namespace)).id),
          eq(sql`lower(${batchChanges.name})`, name.toLowerCase())
        )
      : eq(batchChanges.id, id ?? 0)
  const rows = yield* run((db) => selectBatchChanges(db, actorId, named).limit(1))
  const [found] = yield* withCounts(rows)
  return found ?? (yield* new BatchChangeUnknown({ batchChange: name ?? id ?? 0 }))
})

/** @category options */
export interface ListBatchChanges {
  /** Defaults to all that the actor may use. */
  readonly namespace?: string | number | undefined
  /** Defaults to `open`. */
  readonly state?: "open" | "closed" | "all" | undefined
  /** From 1 to 100. Defaults to 30. */
  readonly limit?: number | undefined
  /** Only those with a smaller id: the `next` of the page before. Defaults to the first page. */
  readonly before?: number | undefined
  readonly actorId?: ActorId
}

/** @category models */
export interface BatchChangePage {
  readonly batchChanges: ReadonlyArray<BatchChangeView>
  /** What to ask for the next page with; null on the last one. */
  readonly next: number | null
}

/** Those that the actor may see, the newest first. @category operations */
export const listBatchChanges = Effect.fn("BatchChanges.list")(function* ({
  actorId,
  before,
  namespace,
  state = "open",
  ...options
}: ListBatchChanges = {}) {
  const { run } = yield* Database
  const limit = Math.min(100, Math.max(1, options.limit ?? 30))
  const within = namespace === undefined ? undefined : (yield* requireNamespace(actorId, namespace)).id
  const { closedAt, id, namespaceId } = batchChanges
  const wanted = and(
    within === undefined ? undefined : eq(namespaceId, within),
    state === "all" ? undefined : state === "open" ? isNull(closedAt) : isNotNull(closedAt),
    before === undefined ? undefined : lt(id, before)
  )
  const rows = yield* run((db) =>
    selectBatchChanges(db, actorId, wanted)
      .orderBy(desc(id))
      .limit(limit + 1)
  )
  const shown = rows.slice(0, limit)
  const page: BatchChangePage = {
    batchChanges: yield* withCounts(shown),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null
  }
  return page
})

const selectBatchChanges = (db: Drizzle, actorId: ActorId, wanted: SQL | undefined) =>
  db
    .select({ ...getTableColumns(batchChanges), namespace: namespaces.name })
    .from(batchChanges)
    .innerJoin(namespaces, eq(namespaces.id, batchChanges.namespaceId))
    .where(and(wanted, mayUse(actorId)))

const withCounts = Effect.fnUntraced(function* (rows: ReadonlyArray<BatchChange & { readonly namespace: string }>) {
  const counts = yield* changesetCounts(rows.map(({ id }) => id))
  return rows.map((row): BatchChangeView => ({
    ...row,
    state: row.closedAt === null ? "open" : "closed",
    counts: counts.get(row.id) ?? noChangesets
  }))
})
