/**
 * Drover's own handlers: the recompute jobs of a code forge, and the forge they serve.
 */
export * from "./access/AccessError.ts"
export { type ActorId, requireRole, roleOf } from "./access/requireRole.ts"
export {
  type Authenticated,
  authenticate,
  createToken,
  type CreateToken,
  listTokens,
  revokeToken
} from "./access/tokens.ts"
export { createUser, type CreateUser, findUser, setRole, type User } from "./access/users.ts"
export { eventNames, type ForgeEvent } from "./events/ForgeEvent.ts"
export { recordEvent } from "./events/recordEvent.ts"
export { assess, type Facts, type Mergeability, type Tips } from "./mergeability/Mergeability.ts"
export { RecomputeMergeability } from "./mergeability/RecomputeMergeability.ts"
export { RecomputeMergeabilityOfBase } from "./mergeability/RecomputeMergeabilityOfBase.ts"
export { recomputeBase, recomputeBaseHandler } from "./mergeability/recomputeBase.ts"
export { recompute, type Recomputed, recomputeMergeabilityHandler } from "./mergeability/recompute.ts"
export { recomputeUnknown, type RecomputeUnknown } from "./mergeability/recomputeUnknown.ts"
export { changeLabels, type ChangeLabels } from "./labels/changeLabels.ts"
export { LabelRejected } from "./labels/LabelRejected.ts"
export { listLabels, type ListLabels } from "./labels/listLabels.ts"
export { MergeMethod } from "./merging/buildMerge.ts"
export { type MergeError, mergePullRequest, type MergePullRequest } from "./merging/mergePullRequest.ts"
export { updateBranch, type UpdateBranch, type UpdateBranchError } from "./merging/updateBranch.ts"
export { changeBase, type ChangeBase } from "./pullRequests/changeBase.ts"
export { type ActedBy, closePullRequest } from "./pullRequests/closePullRequest.ts"
export { findPullRequest, type PullRequest } from "./pullRequests/findPullRequest.ts"
export { type ListPullRequests, listPullRequests, type PullRequestPage } from "./pullRequests/listPullRequests.ts"
export { type OpenPullRequest, openPullRequest, type OpenPullRequestError } from "./pullRequests/openPullRequest.ts"
export * from "./pullRequests/PullRequestError.ts"
export { type RecordPush, recordPush, type RecordPushError } from "./pushes/recordPush.ts"
export type { RefMove } from "./pushes/RefMove.ts"
export { reopenPullRequest } from "./pullRequests/reopenPullRequest.ts"
export { setDraft, type SetDraft } from "./pullRequests/setDraft.ts"
export { type UpdatePullRequest, updatePullRequest } from "./pullRequests/updatePullRequest.ts"
export { type CreateRepository, createRepository } from "./repositories/createRepository.ts"
export { findRepository, listRepositories, type Repository } from "./repositories/findRepository.ts"
export { HookAddress } from "./repositories/HookAddress.ts"
export { mirrorProtections } from "./repositories/mirrorProtections.ts"
export {
  type RegisterRepository,
  registerRepository,
  type RegisterRepositoryError
} from "./repositories/registerRepository.ts"
export * from "./repositories/RepositoryError.ts"
export {
  peopleOf,
  type Person,
  type PullRequestView,
  type ViewPullRequest,
  viewPullRequest
} from "./pullRequests/viewPullRequest.ts"
export { RecomputeReviewDecision } from "./reviews/RecomputeReviewDecision.ts"
export { recomputeReviewDecisionHandler, recomputeReviews } from "./reviews/recomputeReviews.ts"
export { ReindexCode } from "./search/ReindexCode.ts"
export type { CheckRun, CheckSuite } from "./checks/bodies.ts"
export * from "./checks/CheckError.ts"
export type { CheckReport } from "./standing/checkRollup.ts"
export { listRuns, type ListRuns } from "./checks/listRuns.ts"
export type { Page } from "./checks/Page.ts"
export {
  type CheckRunFields,
  createRun,
  type CreateRun,
  findRun,
  type OneRun,
  rerequestRun,
  updateRun,
  type UpdateRun
} from "./checks/runs.ts"
export {
  combinedStatus,
  type CombinedStatus,
  type CommitStatus,
  createStatus,
  type CreateStatus,
  listStatuses,
  type ReadCommit
} from "./checks/statuses.ts"
export { createSuite, type CreateSuite, findSuite, listSuites, type OneSuite, rerequestSuite } from "./checks/suites.ts"
export { suiteState, type SuiteState } from "./checks/suiteState.ts"
export * from "./comments/CommentError.ts"
export type { Comment } from "./comments/tellOfComment.ts"
export {
  addComment,
  type AddComment,
  deleteComment,
  editComment,
  listComments,
  type ListComments,
  type OneComment
} from "./comments/comments.ts"
export { findProtection, type Protection } from "./protection/findProtection.ts"
export * from "./protection/ProtectionError.ts"
export {
  listProtections,
  removeProtection,
  type RemoveProtection,
  setProtection,
  type SetProtection
} from "./protection/protections.ts"
export type { Review, ReviewComment } from "./reviews/bodies.ts"
export type { InlineComment } from "./reviews/locateComments.ts"
export { addPendingComment, deletePendingReview, type OnePending } from "./reviews/pendingReviews.ts"
export { dismissReview, type DismissReview, findReview, listReviews, type OneReview } from "./reviews/reviews.ts"
export {
  startReview,
  type StartReview,
  type SubmitPending,
  submitPendingReview,
  submitReview,
  type SubmitReview,
  type Verdict
} from "./reviews/submitReview.ts"
export {
  listReviewComments,
  replyToComment,
  type ReplyToComment,
  resolveThread,
  type ResolveThread
} from "./reviews/threads.ts"
export { checkRollup, missingChecks } from "./standing/checkRollup.ts"
export { groupByOwners, type OwnerRule, parseCodeOwners } from "./standing/codeOwners.ts"
export {
  type OwnedFiles,
  reviewDecision,
  type ReviewFacts,
  type ReviewOutcome,
  type SubmittedReview
} from "./standing/reviewDecision.ts"
export { readStanding } from "./standing/readStanding.ts"
export { type CodeLimits, CodeIndexLimits } from "./search/CodeIndexLimits.ts"
export { type DeleteUnusedBlobs, deleteUnusedBlobs } from "./search/deleteUnusedBlobs.ts"
export { type IndexState, indexState } from "./search/indexState.ts"
export { reindexCode, reindexCodeHandler, type Reindexed } from "./search/reindex.ts"
export type { LineMatch } from "./search/lineMatch.ts"
export type { IncompleteRepository } from "./search/readIncomplete.ts"
export { type CodeHit, type CodeResults, type SearchCode, searchCode } from "./search/searchCode.ts"
export * from "./search/SearchError.ts"
export type { Standing } from "./standing/Standing.ts"
export { addWebhook, type AddWebhook } from "./webhooks/addWebhook.ts"
export { deliverWebhookHandler } from "./webhooks/deliver.ts"
export { DeliverWebhook } from "./webhooks/DeliverWebhook.ts"
export {
  deleteOldDeliveries,
  deleteOldEvents,
  type DeliveryRetention,
  runDeliveryRetention
} from "./webhooks/deliveryRetention.ts"
export {
  type Delivery,
  type DeliveryAttempt,
  type DeliveryChoice,
  type DeliverySummary,
  findDelivery,
  listDeliveries,
  type ListDeliveries
} from "./webhooks/findDelivery.ts"
export { findWebhook, listWebhooks, type ListWebhooks, type WebhookChoice } from "./webhooks/findWebhook.ts"
export { type AllowList, AllowListRejected } from "./webhooks/guard/AllowList.ts"
export { AddressRefused, WebhookGuard, webhookGuard, type WebhookGuardOptions } from "./webhooks/guard/WebhookGuard.ts"
export { pingWebhook } from "./webhooks/ping.ts"
export { redeliver } from "./webhooks/redeliver.ts"
export { removeWebhook } from "./webhooks/removeWebhook.ts"
export { repairDeliveries, type RepairDeliveries, type RepairedDeliveries } from "./webhooks/repairDeliveries.ts"
export { updateWebhook, type UpdateWebhook } from "./webhooks/updateWebhook.ts"
export type { Webhook } from "./webhooks/Webhook.ts"
export * from "./webhooks/WebhookError.ts"
export type { WebhookEvent } from "./webhooks/webhookRules.ts"
export { type OutgoingRequest, type Sent, WebhookSender, type WebhookSenderOptions } from "./webhooks/WebhookSender.ts"
export * from "./schema.ts"
