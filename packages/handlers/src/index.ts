/**
 * Drover's own handlers: the recompute jobs of a code forge, and the forge they serve.
 */
export { assess, type Facts, type Mergeability, type Tips } from "./mergeability/Mergeability.ts"
export { RecomputeMergeability } from "./mergeability/RecomputeMergeability.ts"
export { recompute, type Recomputed, recomputeMergeabilityHandler } from "./mergeability/recompute.ts"
export { findPullRequest, type PullRequest } from "./pullRequests/findPullRequest.ts"
export { type OpenPullRequest, openPullRequest } from "./pullRequests/openPullRequest.ts"
export { PullRequestRejected } from "./pullRequests/PullRequestRejected.ts"
export { type RecordPush, recordPush } from "./pullRequests/recordPush.ts"
export { type RegisterRepository, registerRepository } from "./repositories/registerRepository.ts"
export { type MergeableState, mergeableStates, pullRequests, repositories } from "./schema.ts"
