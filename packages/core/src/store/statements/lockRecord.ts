/**
 * Locks one record for the rest of the transaction, if nobody holds it and the
 * attempt is still the current one. Served by the primary key.
 */
import { isCurrent } from "../Fence.ts"
import type { StoreContext } from "../StoreContext.ts"

export const lockRecord = (context: StoreContext) =>
  context.db
    .select({ id: context.columns.id })
    .from(context.table)
    .where(isCurrent(context))
    .for("update", { skipLocked: true })
