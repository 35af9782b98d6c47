/**
 * Webhooks of hosts that were heard long ago: no host sends one again after so long, and if one did, a pull request would be
 * looked at once too often.
 */
import type { Drizzle } from "@drover/core"
import { lt, type SQL, sql } from "drizzle-orm"
import { hostDeliveries } from "../../schema/hostDeliveries.ts"

/** Served by `host_deliveries_received_idx`. */
export const oldHostDeliveries = (db: Drizzle, before: SQL, size: number) =>
  db
    .delete(hostDeliveries)
    .where(
      sql`${hostDeliveries}.ctid = any(array(${db
        .select({ ctid: sql`${hostDeliveries}.ctid` })
        .from(hostDeliveries)
        .where(lt(hostDeliveries.receivedAt, before))
        .orderBy(hostDeliveries.receivedAt)
        .limit(size)
        .for("update", { skipLocked: true })}))`
    )
    .returning({ deliveryId: hostDeliveries.deliveryId })
