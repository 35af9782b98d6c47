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
export { MergeMethod } from "./merging/buildMerge.ts"
export { type MergeError, mergePullRequest, type MergePullRequest } from "./merging/mergePullRequest.ts"
export { updateBranch, type UpdateBranch, type UpdateBranchError } from "./merging/updateBranch.ts"
export { changeBase, type ChangeBase } from "./pullRequests/changeBase.ts"
export { type ActedBy, closePullRequest } from "./pullRequests/closePullRequest.ts"
export { findPullRequest, type PullRequest } from "./pullRequests/findPullRequest.ts"
export { type OpenPullRequest, openPullRequest, type OpenPullRequestError } from "./pullRequests/openPullRequest.ts"
export * from "./pullRequests/PullRequestError.ts"
export { type RecordPush, recordPush } from "./pushes/recordPush.ts"
export { reopenPullRequest } from "./pullRequests/reopenPullRequest.ts"
export { setDraft, type SetDraft } from "./pullRequests/setDraft.ts"
export { type UpdatePullRequest, updatePullRequest } from "./pullRequests/updatePullRequest.ts"
export { type RegisterRepository, registerRepository } from "./repositories/registerRepository.ts"
export { RecomputeReviewDecision } from "./reviews/RecomputeReviewDecision.ts"
export { recomputeReviewDecisionHandler, recomputeReviews } from "./reviews/recomputeReviews.ts"
export { ReindexCode } from "./search/ReindexCode.ts"
export { findProtection, type Protection } from "./protection/findProtection.ts"
export { type CheckReport, checkRollup, missingChecks } from "./standing/checkRollup.ts"
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
export type { Standing } from "./standing/Standing.ts"
export { DeliverWebhook } from "./webhooks/DeliverWebhook.ts"
export * from "./schema.ts"
