/**
 * Batch changes and changesets, as `--json` prints them. docs/guides/batch-changes.md has the shapes.
 */
import type { BatchChangeView, ChangesetView } from "@drover/handlers/batchChanges"

export const batchChangeJson = (found: BatchChangeView) => ({
  id: found.id,
  namespace: found.namespace,
  name: found.name,
  description: found.description,
  state: found.state,
  batchSpecId: found.batchSpecId,
  changesets: found.counts.total,
  states: found.counts.states,
  archived: found.counts.archived,
  lastAppliedAt: found.lastAppliedAt,
  closedAt: found.closedAt,
  createdAt: found.createdAt
})

export const changesetJson = (found: ChangesetView) => ({
  id: found.id,
  repository: found.repository,
  branch: found.headRef,
  base: found.baseRef,
  title: found.title,
  state: found.computedState,
  reconciler: found.reconcilerState,
  publication: found.publication,
  external: found.externalState,
  pullRequest: found.externalId,
  url: found.externalUrl,
  mergeable: found.mergeableState,
  checks: found.checkState,
  reviews: found.reviewState,
  conflictedPaths: found.conflictedPaths,
  labels: found.labels,
  imported: found.ownerId === null,
  archived: found.archived,
  diffStat: found.diffStat,
  attention: found.attention,
  failureMessage: found.failureMessage,
  previousFailureMessage: found.previousFailureMessage,
  failures: found.numFailures,
  processAfter: found.processAfter,
  syncedAt: found.syncedAt,
  syncError: found.syncError,
  createdAt: found.createdAt,
  updatedAt: found.updatedAt
})
