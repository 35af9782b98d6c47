/**
 * Budgets of hosts that nobody has asked for a day, and of which nothing matters any more: see `expiryOf`. One that is held
 * is in use.
 */
import type { Drizzle } from "@drover/core"
import { lt, type SQL, sql } from "drizzle-orm"
import { hostBudgets } from "../../schema/hostBudgets.ts"

/** Served by `host_budgets_expires_idx`. */
export const unusedBudgets = (db: Drizzle, now: SQL, size: number) =>
  db
    .delete(hostBudgets)
    .where(
      sql`${hostBudgets}.ctid = any(array(${db
        .select({ ctid: sql`${hostBudgets}.ctid` })
        .from(hostBudgets)
        .where(lt(hostBudgets.expiresAt, now))
        .orderBy(hostBudgets.expiresAt)
        .limit(size)
        .for("update", { skipLocked: true })}))`
    )
    .returning({ host: hostBudgets.externalServiceId })
