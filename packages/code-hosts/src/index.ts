/**
 * What Drover asks of a code host. Knows no database.
 *
 * @since 0.1.0
 */
export type { Abilities, MergeMethod } from "./Abilities.ts"
export {
  type Authenticator,
  type AuthenticatorKind,
  authenticatorKinds,
  type AuthenticatorOf,
  type SshKey
} from "./authenticators/Authenticator.ts"
export * from "./authenticators/AuthenticatorError.ts"
export { authenticatorHash } from "./authenticators/authenticatorHash.ts"
export { decodeAuthenticator, encodeAuthenticator } from "./authenticators/codec.ts"
export * from "./authenticators/sshVariants.ts"
export type {
  AutoMerge,
  BroughtBranches,
  CodeHost,
  CommentOnPullRequest,
  CreatedPullRequest,
  CreatePullRequest,
  FindComment,
  LabelPullRequest,
  LoadedPullRequest,
  MergePullRequest,
  PullRequestAt,
  PullRequestKnown,
  PushBranch,
  RequestReviewers,
  UpdateBranchFromBase,
  UpdatePullRequest
} from "./CodeHost.ts"
export * from "./CodeHostError.ts"
export * from "./RequestGate.ts"
export * from "./CredentialValidator.ts"
export { type HostHint, type ReadWebhook, WebhookRefused } from "./HostHint.ts"
export type {
  CheckState,
  HostPullRequest,
  HostRepository,
  MergeableState,
  PullRequestState,
  ReviewState
} from "./HostPullRequest.ts"
