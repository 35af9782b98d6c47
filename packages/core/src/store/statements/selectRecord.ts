/**
 * Reads one record from the table or view. Served by the primary key.
 */
import { sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { safely } from "../safely.ts"
import { idPlaceholder, type StoreContext } from "../StoreContext.ts"
import { RECORD_FIELD } from "./dequeue.ts"

export const selectRecord = (context: StoreContext) => {
  const { db, selection, source, sourceColumns } = context
  return db
    .select(Object.fromEntries(Object.entries(selection).map(([name, field]) => [RECORD_FIELD + name, safely(field)])))
    .from(source as PgTable)
    .where(sql`${sourceColumns.id} = ${idPlaceholder(context)}`)
}
