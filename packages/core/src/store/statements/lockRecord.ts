/**
 * Locks one record for the rest of the transaction, if nobody holds it and the
 * attempt is still the current one, and reads it where it is read from the
 * table itself. Served by the primary key.
 */
import type { SQL } from "drizzle-orm"
import { isCurrent } from "../Fence.ts"
import type { StoreContext } from "../StoreContext.ts"

export const lockRecord = (context: StoreContext, fields: Record<string, SQL>) =>
  context.db
    .select({ id: context.columns.id, ...fields })
    .from(context.table)
    .where(isCurrent(context))
    .for("update", { skipLocked: true })
