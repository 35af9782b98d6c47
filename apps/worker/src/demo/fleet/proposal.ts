/**
 * From the text of a batch spec to an applied batch change, as `drover batch apply` does it.
 */
import {
  applyBatchSpec,
  createBatchSpec,
  executeSpec,
  makeChangesetSpecs,
  type Preview,
  previewBatchSpec
} from "@drover/handlers/batchChanges"
import type { User } from "@drover/handlers"
import { Console, Effect } from "effect"

/** Looks at what would be done, says so, and does just that. */
export const propose = Effect.fnUntraced(function* (source: string, { id: actorId, login }: User) {
  const { batchSpec, completed, queued } = yield* createBatchSpec({ source, namespace: login, actorId })
  const batchSpecId = batchSpec.id
  if (!completed) {
    yield* Console.log(`${batchSpec.spec.name}: the steps run in ${queued} workspaces`)
    yield* executeSpec({ batchSpecId })
    yield* makeChangesetSpecs(batchSpecId)
  }
  const preview = yield* previewBatchSpec({ batchSpecId, actorId })
  yield* Console.log(`${batchSpec.spec.name}: ${describePreview(preview)}`)
  return yield* applyBatchSpec({ batchSpecId, expectedHash: preview.hash, actorId })
})

/** `12 changesets (12 push, 12 publish), +36 −24; plan 1a2b3c4d`. Pure. */
export const describePreview = ({ changesets, hash, totals }: Preview): string => {
  const done = Object.entries(totals.operations).map(([operation, count]) => `${count} ${operation}`)
  const size = `+${totals.diffStat.additions} −${totals.diffStat.deletions}`
  return `${changesets.length} changesets (${done.join(", ") || "nothing to do"}), ${size}; plan ${hash.slice(0, 8)}`
}
