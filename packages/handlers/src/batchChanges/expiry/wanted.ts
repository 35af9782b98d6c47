/**
 * Who has a spec.
 *
 * `offset 0` keeps each question by itself: asked of few rows, by an index, it costs nothing; turned into a join it may read
 * all changesets there are.
 */
import type { Drizzle } from "@drover/core"
import { eq, or, type SQL, type SQLWrapper, sql } from "drizzle-orm"
import { batchChanges, batchSpecs } from "../../schema/batchChanges.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesets } from "../../schema/changesets.ts"

export const one = { one: sql`1`.as("one") }

export const thereIs = (query: SQLWrapper): SQL => sql`exists (${query} offset 0)`

export const thereIsNo = (query: SQLWrapper): SQL => sql`not exists (${query} offset 0)`

/** Served by `changesets_current_spec_idx` and `changesets_previous_spec_idx`. */
export const noChangesetHasIt = (db: Drizzle): SQL =>
  thereIsNo(
    db
      .select(one)
      .from(changesets)
      .where(or(eq(changesets.currentSpecId, changesetSpecs.id), eq(changesets.previousSpecId, changesetSpecs.id)))
  )

/** Served by `batch_changes_batch_spec_idx`. */
export const noBatchChangeHasIt = (
  db: Drizzle,
  id: typeof batchSpecs.id | typeof changesetSpecs.batchSpecId = batchSpecs.id
): SQL => thereIsNo(db.select(one).from(batchChanges).where(eq(batchChanges.batchSpecId, id)))
