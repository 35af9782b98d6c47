/**
 * Webhooks of code hosts that were heard: one that comes again changes nothing.
 */
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import { timeColumn } from "./columns.ts"

export const hostDeliveries = pgTable(
  "host_deliveries",
  {
    externalServiceType: text("external_service_type").notNull(),
    externalServiceId: text("external_service_id").notNull(),
    /** As its host names it: the same when it is sent again. */
    deliveryId: text("delivery_id").notNull(),
    receivedAt: timeColumn("received_at").notNull().defaultNow()
  },
  (table) => [
    primaryKey({
      name: "host_deliveries_pkey",
      columns: [table.externalServiceType, table.externalServiceId, table.deliveryId]
    }),
    // retention
    index("host_deliveries_received_idx").on(table.receivedAt)
  ]
)
