/** Columns that many tables have. */
import { bigint, timestamp } from "drizzle-orm/pg-core"

export const idColumn = () => bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity()

/** Of another table's id. */
export const refColumn = (name: string) => bigint(name, { mode: "number" })

export const timeColumn = (name: string) => timestamp(name, { withTimezone: true })

export const createdAtColumn = () => timeColumn("created_at").notNull().defaultNow()
