/** Columns that many tables have. */
import { bigint, customType, timestamp } from "drizzle-orm/pg-core"

export const idColumn = () => bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity()

/** Of another table's id. */
export const refColumn = (name: string) => bigint(name, { mode: "number" })

export const timeColumn = (name: string) => timestamp(name, { withTimezone: true })

export const createdAtColumn = () => timeColumn("created_at").notNull().defaultNow()

/** Bytes as they are. */
export const bytesColumn = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" })
