/**
 * Which pull requests are looked at next.
 */
import type { Drizzle } from "@drover/core"
import { eq, inArray, type SQL, sql } from "drizzle-orm"
import { batchChanges } from "../../schema/batchChanges.ts"
import { changesets, reconcilerChangesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { secondsOf, syncDue } from "./syncDue.ts"

const c = changesets

/**
 * The first that are due; from now on they count as looked at, so that nobody else looks at them, and one that cannot be read
 * waits for its next turn. One that is being reconciled is looked at there. Served by `changesets_sync_due_idx`.
 */
export const takeDue = (db: Drizzle, clock: SQL, limit: number) =>
  db
    .update(c)
    .set({ syncedAt: clock })
    .where(sql`${c.id} = any(array(${selectDue(db, clock, limit)}))`)
    .returning({ id: c.id })

export const selectDue = (db: Drizzle, clock: SQL, limit: number) =>
  db
    .select({ id: c.id })
    .from(c)
    .where(
      sql`${c.publication} = 'published' and ${c.externalState} in ('open', 'draft', 'closed', 'readonly')
        and ${syncDue(c)} <= ${secondsOf(clock)} and ${c.reconcilerState} <> 'processing' and ${c.externalId} is not null`
    )
    .orderBy(syncDue(c))
    .limit(limit)
    .for("no key update", { skipLocked: true })

/** With what is asked of their hosts; without those of repositories and namespaces that are gone. Served by primary keys. */
export const readDue = (db: Drizzle, ids: ReadonlyArray<number>) =>
  db
    .select({
      id: reconcilerChangesets.id,
      externalId: reconcilerChangesets.externalId,
      owned: sql<boolean>`${batchChanges.id} is not null`,
      lastApplierId: batchChanges.lastApplierId,
      repository: repositories
    })
    .from(reconcilerChangesets)
    .innerJoin(repositories, eq(repositories.id, reconcilerChangesets.repositoryId))
    .leftJoin(batchChanges, eq(batchChanges.id, reconcilerChangesets.ownerId))
    .where(inArray(reconcilerChangesets.id, [...ids]))
