/**
 * Plumbing on bare git repositories through the git command line.
 *
 * @since 0.1.0
 */
export { type AheadBehind, aheadBehind } from "./aheadBehind.ts"
export { commitFiles, type CommitFilesOptions, type FileChange } from "./commitFiles.ts"
export type { CommitPair } from "./CommitPair.ts"
export { type CommitOptions, commitTree, type CommitTreeOptions } from "./commitTree.ts"
export { type DiffTotals, diffTotals } from "./diffTotals.ts"
export { Git, type GitOptions } from "./Git.ts"
export type { GitCommand, GitOutput } from "./GitCommand.ts"
export * from "./GitError.ts"
export { hasMergeCommits } from "./hasMergeCommits.ts"
export { initBare, type InitBareOptions } from "./initBare.ts"
export { mergeBase } from "./mergeBase.ts"
export { type MergeResult, mergeTree, type MergeTreeOptions } from "./mergeTree.ts"
export { isOid, Oid } from "./Oid.ts"
export { branchRef, checkRef } from "./RefName.ts"
export { type BranchTips, resolveBranchTips, type ResolveBranchTipsOptions } from "./resolveBranchTips.ts"
export { resolveCommit, type ResolveCommitOptions } from "./resolveCommit.ts"
export type { Signature } from "./Signature.ts"
export { updateRef, type UpdateRefOptions } from "./updateRef.ts"
