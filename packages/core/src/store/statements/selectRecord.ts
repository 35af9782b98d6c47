/**
 * Reads one record from the table or view. Served by the primary key.
 */
import { type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { idPlaceholder, type StoreContext } from "../StoreContext.ts"

export const selectRecord = (context: StoreContext, fields: Record<string, SQL>) => {
  const { db, source, sourceColumns } = context
  return db
    .select(fields)
    .from(source as PgTable)
    .where(sql`${sourceColumns.id} = ${idPlaceholder(context)}`)
}
