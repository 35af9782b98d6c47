/**
 * Batch changes: one change to many repositories, from a spec to merged pull requests.
 */
export {
  type AssociationsOf,
  associationsOf,
  askToArchive,
  askToDetach,
  attachChangesets,
  type AttachChangesets,
  type ChangesetAssociation
} from "./changesets/associations.ts"
export * from "./changesets/ChangesetError.ts"
export { type Changeset, findChangeset, requireChangeset } from "./changesets/findChangeset.ts"
export { markDeleted } from "./changesets/markDeleted.ts"
export { enqueueChangesets, type EnqueueChangesets } from "./changesets/enqueueChangesets.ts"
export { type ReconcilerChangeset, ReconcilerStore } from "./changesets/ReconcilerStore.ts"
export {
  type ChangesetEvent,
  type ChangesetEventKind,
  changesetEventKinds,
  recordChangesetEvents
} from "./changesets/recordChangesetEvent.ts"
export { saveSeen, type SaveSeen } from "./changesets/saveSeen.ts"
export { executeSpec, type ExecuteSpec } from "./execution/executeSpec.ts"
export {
  type CompletedWorkspace,
  listWorkspaces,
  readWorkspaceResults,
  type ReadWorkspaces,
  type WorkspaceView
} from "./execution/readWorkspaces.ts"
export * from "./execution/StepError.ts"
export type { StepSettings } from "./execution/steps/RunStepsOptions.ts"
export * from "./execution/WorkspaceError.ts"
export type { ChangedPaths, StepResult, WorkspaceResult } from "./execution/WorkspaceResult.ts"
export { type WorkspaceProgress, workspacesOf } from "./execution/workspacesOf.ts"
export { type WorkspaceRecord, WorkspaceStore } from "./execution/WorkspaceStore.ts"
export {
  cancelWorkspaces,
  enqueueWorkspaces,
  type EnqueueWorkspaces,
  retryWorkspaces
} from "./execution/workspaceTurns.ts"
export { makeWorkspaceWorker, workspaceWorker, type WorkspaceWorkerOptions } from "./execution/workspaceWorker.ts"
export { CodeHosts, type ConfiguredHosts, type Connect } from "./host/CodeHosts.ts"
export {
  type CodeHostKind,
  codeHostKinds,
  CodeHostSetting,
  codeHostSettings
} from "./host/configured/CodeHostSetting.ts"
export { findHost } from "./host/configured/findHost.ts"
export { type GatedCredential, HostGates } from "./host/configured/HostGates.ts"
export { hostIdOf } from "./host/configured/hostIdOf.ts"
export { validatorsLayer } from "./host/configured/validatorsLayer.ts"
export { validatorsOf } from "./host/configured/validatorsOf.ts"
export { HeardHostsInvalid, parseHeardHosts } from "./hooks/heardHosts.ts"
export { hostWebhookRoutes } from "./hooks/hostWebhookRoutes.ts"
export { type HeardWebhook, receiveHostWebhook, type ReceiveHostWebhook } from "./hooks/receiveHostWebhook.ts"
export type { HeardHost, WebhookHost, WebhookKind } from "./hooks/WebhookHost.ts"
export { type BudgetGate, makeBudgetGate } from "./host/budget/budgetGate.ts"
export type { BudgetKey } from "./host/budget/budgetRow.ts"
export type { HostLimit } from "./host/budget/HostLimit.ts"
export { hostLimits } from "./host/budget/hostLimits.ts"
export * from "./host/HostCredentialError.ts"
export type { Delta } from "./plan/delta.ts"
export type { Association, DesiredChange, HostAbilities, ObservedChangeset } from "./plan/Desired.ts"
export { type Operation, operations, type Step } from "./plan/Operation.ts"
export { type Plan, plan, type PlanInput } from "./plan/plan.ts"
export { buildCommit, type BuildCommit } from "./push/buildCommit.ts"
export { CommitUnbuildable } from "./push/CommitUnbuildable.ts"
export { decidePush, type Left, type PushDecision, type PushFacts } from "./push/decidePush.ts"
export type { CommitSpec, PushChangeset, PushError, PushOutcome } from "./push/Push.ts"
export { pushChangeset } from "./push/pushChangeset.ts"
export { PushIntent } from "./push/PushIntent.ts"
export { BatchChangeLinks, type LinkedBatchChange } from "./reconciler/BatchChangeLinks.ts"
export { reconcileChangeset } from "./reconciler/reconcileChangeset.ts"
export * from "./reconciler/ReconcileError.ts"
export { reconcilerWorker } from "./reconciler/reconcilerWorker.ts"
export { type Boundary, StepBoundary } from "./reconciler/StepBoundary.ts"
export { BatchSpecUnresolved, ResolveProblem } from "./resolve/BatchSpecUnresolved.ts"
export type { ResolvedImport, ResolvedSpec, ResolvedWorkspace, SkippedRepository } from "./resolve/ResolvedSpec.ts"
export { resolveWorkspaces, type ResolveWorkspaces } from "./resolve/resolveWorkspaces.ts"
export type { BatchSpec, ChangesetTemplate, On, Step as SpecStep } from "./spec/BatchSpec.ts"
export { BatchSpecInvalid, Problem } from "./spec/BatchSpecInvalid.ts"
export { parseBatchSpec } from "./spec/parseBatchSpec.ts"
export type { ComputedState, ExternalState, Publication, PublishedValue, UiPublication } from "./states.ts"
export { computedState } from "./states.ts"
export { BulkOperation, type BulkOperationType, bulkOperationTypes } from "./bulk/BulkOperation.ts"
export * from "./bulk/BulkOperationError.ts"
export {
  type BulkOperationPage,
  type BulkOperationView,
  findBulkOperation,
  type FindBulkOperation,
  listBulkOperations,
  type ListBulkOperations,
  type OneBulkOperation
} from "./bulk/bulkOperations.ts"
export { bulkProcessor, type BulkProcessorOptions } from "./bulk/bulkProcessor.ts"
export { BulkStore, type ChangesetJob } from "./bulk/BulkStore.ts"
export { cancelBulkOperation, type CanceledBulkOperation } from "./bulk/cancelBulkOperation.ts"
export type { ChangesetChoice, ChangesetFilter } from "./bulk/chooseChangesets.ts"
export {
  createBulkOperation,
  type CreateBulkOperation,
  type CreateBulkOperationError,
  type CreatedBulkOperation
} from "./bulk/createBulkOperation.ts"
export { offered, type OfferFacts, type Offers } from "./bulk/offered.ts"
export type { BulkFailure } from "./bulk/readFailures.ts"
export type { RefusedChangeset } from "./bulk/RefusedChangeset.ts"
export { resumeBulkOperation } from "./bulk/resumeBulkOperation.ts"
export type { BulkOperationState, BulkOperationSummary, JobCounts } from "./bulk/summarise.ts"
export type { Applied, ApplyBatchSpec, BatchChange } from "./apply/Applied.ts"
export { applyBatchSpec } from "./apply/applyBatchSpec.ts"
export * from "./apply/ApplyError.ts"
export type { DiffStat, Preview, PreviewBatchSpec, PreviewedChangeset, UiPublications } from "./apply/Preview.ts"
export type { Fate, RewiredChangeset, RewiredRepository, RewiredSpec, RewireInput } from "./apply/Fate.ts"
export { previewBatchSpec } from "./apply/previewBatchSpec.ts"
export {
  closeBatchChange,
  type CloseBatchChange,
  type ClosedBatchChange,
  reopenBatchChange
} from "./batchChange/closeBatchChange.ts"
export { deleteBatchChange } from "./batchChange/deleteBatchChange.ts"
export type { OneBatchChange } from "./batchChange/holdBatchChange.ts"
export { moveBatchChange, type MoveBatchChange } from "./batchChange/moveBatchChange.ts"
export type { ChangesetCounts } from "./reads/changesetCounts.ts"
export { changesetHistory, type ChangesetHistory, type HistoryEvent } from "./reads/changesetHistory.ts"
export {
  type BatchChangePage,
  type BatchChangeView,
  findBatchChange,
  type FindBatchChange,
  listBatchChanges,
  type ListBatchChanges
} from "./reads/findBatchChange.ts"
export { type ChangesetPage, type ChangesetView, listChangesets, type ListChangesets } from "./reads/listChangesets.ts"
export { createBatchSpec, type CreatedBatchSpec } from "./specs/createBatchSpec.ts"
export { makeChangesetSpecs } from "./specs/makeChangesetSpecs.ts"
export { NamespaceRejected, NamespaceUnknown } from "./namespaces/NamespaceError.ts"
export {
  createOrganisation,
  type CreateOrganisation,
  deleteOrganisation,
  listNamespaces,
  listOrganisationMembers,
  setOrganisationMember,
  type SetOrganisationMember
} from "./namespaces/organisations.ts"
export { type Namespace, requireNamespace } from "./namespaces/requireNamespace.ts"
export { userNamespace } from "./namespaces/userNamespace.ts"
export type { BatchSpecRow, ChangesetSpecsMade, CreateBatchSpec } from "./specs/BatchSpecRow.ts"
export { BatchSpecFailed, BatchSpecUnfinished, BatchSpecUnknown, SpecProblem } from "./specs/SpecError.ts"
export { type ExpiredSpecs, expireSpecs, type ExpireSpecs } from "./expiry/expireSpecs.ts"
export { type BatchChangeRetention, type DeletedOfBatchChanges, runBatchChangeRetention } from "./expiry/retention.ts"
export { batchChangeRetention, specExpiry } from "./expiry/routines.ts"
export { burndown, type Burndown, type BurndownPoint } from "./statistics/burndown.ts"
export { progressByRepository, type RepositoryProgress } from "./statistics/byRepository.ts"
export { forecast, type Forecast } from "./statistics/forecast.ts"
export { mergeTimes, type MergeTimes } from "./statistics/mergeTimes.ts"
export { countedStates, type CountedState, type StatesOf } from "./statistics/states.ts"
export { changesetSync, type ChangesetSync } from "./sync/changesetSync.ts"
export { hearForge, type HearForge } from "./sync/hearForge.ts"
export { syncChangesets, type SyncChangesets, type SyncedChangesets } from "./sync/syncChangesets.ts"
export { type BatchChangeRoutines, queues, routines, stores } from "./routines.ts"
export { findBatchSpec, type FindBatchSpec } from "./specs/findBatchSpec.ts"
export { addHostedRepository, type AddHostedRepository } from "./hosted/addHostedRepository.ts"
export { bringHostedBranches, type BringHostedBranches } from "./hosted/bringHostedBranches.ts"
export { HostedRepositoryNotBrought, HostedRepositoryTaken, type OnHost } from "./hosted/HostedRepository.ts"
export { hostedBranches, type HostedBranches } from "./hosted/hostedBranches.ts"
export { revertBatchChange } from "./revert/revertBatchChange.ts"
export type { RevertBatchChange, RevertedBatchChange, Undoing, UndoingFate } from "./revert/Undoing.ts"
export { sharedBudgets } from "./host/budget/sharedBudgets.ts"
export { hostedAddress, HostedAddressUnknown } from "./hosted/hostedAddress.ts"
export type {
  Collision,
  CollisionForecast,
  ForecastCollisions,
  PendingHead,
  RepositoryCollisions
} from "./collisions/Collisions.ts"
export { forecastCollisions } from "./collisions/forecastCollisions.ts"
