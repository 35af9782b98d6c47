/** A bulk operation, as `--json` prints it. docs/guides/batch-changes.md has the shape. */
import type { BulkOperationView } from "@drover/handlers/batchChanges"

export const bulkJson = (found: BulkOperationView) => ({
  id: found.id,
  batchChangeId: found.batchChangeId,
  type: found.type,
  payload: found.payload,
  state: found.state,
  progress: found.progress,
  total: found.total,
  counts: found.counts,
  refused: found.refused,
  errors: found.errors,
  askedBy: found.askedBy,
  createdAt: found.createdAt,
  canceledAt: found.canceledAt,
  finishedAt: found.finishedAt
})
