/**
 * What the fakes of all hosts share: pull requests over real bare repositories, served with faults on demand.
 *
 * @since 0.1.0
 */
export { type Fault, Faults, type FaultyRequest, type PlannedFault } from "./Faults.ts"
export { Forge, type Mergeability, type NewRepository } from "./Forge.ts"
export { ForgeClock } from "./ForgeClock.ts"
export {
  type ForgeEvent,
  type ForgeEventKind,
  type HookDelivery,
  type HookFaults,
  Hooks,
  type HookSubscription
} from "./Hooks.ts"
export { type ForgeMerge, mergePullRequest, notice, updateBranch } from "./merging.ts"
export * from "./model.ts"
export {
  addComment,
  addLabel,
  addReview,
  closePullRequest,
  type EditPullRequest,
  editPullRequest,
  findOpen,
  openPullRequest,
  type OpenPullRequest,
  refuseArchived,
  removeLabel,
  setStatus
} from "./pullRequests.ts"
export { type LoggedRequest, RequestLog } from "./RequestLog.ts"
export { type FakeHost, type HostReply, type HostRequest, serve, type ServedForge } from "./serve.ts"
export { viewOf } from "./view.ts"
