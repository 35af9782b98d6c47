/**
 * Batch changes: one change to many repositories, from a spec to merged pull requests.
 */
export { enqueueChangesets, type EnqueueChangesets } from "./changesets/enqueueChangesets.ts"
export { type ReconcilerChangeset, ReconcilerStore } from "./changesets/ReconcilerStore.ts"
export {
  type ChangesetEvent,
  type ChangesetEventKind,
  changesetEventKinds,
  recordChangesetEvents
} from "./changesets/recordChangesetEvent.ts"
export { saveSeen, type SaveSeen } from "./changesets/saveSeen.ts"
export type { ChangedPaths, StepResult, WorkspaceResult } from "./execution/WorkspaceResult.ts"
export { CodeHosts, type Connect } from "./host/CodeHosts.ts"
export * from "./host/HostCredentialError.ts"
export type { Delta } from "./plan/delta.ts"
export type { Association, DesiredChange, HostAbilities, ObservedChangeset } from "./plan/Desired.ts"
export { type Operation, operations, type Step } from "./plan/Operation.ts"
export { type Plan, plan, type PlanInput } from "./plan/plan.ts"
export type { BatchSpec, ChangesetTemplate, On, Step as SpecStep } from "./spec/BatchSpec.ts"
export { BatchSpecInvalid, type Problem } from "./spec/BatchSpecInvalid.ts"
export { parseBatchSpec } from "./spec/parseBatchSpec.ts"
export type { ComputedState, ExternalState, Publication, PublishedValue, UiPublication } from "./states.ts"
export { computedState } from "./states.ts"
