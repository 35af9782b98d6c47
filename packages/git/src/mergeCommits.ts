/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import { type CommitOptions, commitTree } from "./commitTree.ts"
import type { Git } from "./Git.ts"
import type {
  GitRunError,
  NameRejected,
  RevisionNotFound,
  TemporaryFolderUnavailable,
  UnrelatedHistories
} from "./GitError.ts"
import { mergeTree } from "./mergeTree.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface MergeCommitsOptions extends CommitPair, CommitOptions {
  /**
   * `merge`: a commit with two parents, the base and the head. `squash`: one with the base alone as its
   * parent, which holds everything the head changed. Defaults to `merge`.
   */
  readonly method?: "merge" | "squash" | undefined
}

/**
 * A commit that brings the head to the base, or why there is none.
 *
 * @category models
 * @since 0.1.0
 */
export type CombinedCommit =
  | { readonly clean: true; readonly commit: Oid }
  | { readonly clean: false; readonly conflictedPaths: ReadonlyArray<string> }

/**
 * Writes the commit that merges the head into the base. No ref moves. The same options give the same id.
 *
 * A conflict is an answer; nothing is committed then. Fails as `mergeTree` does.
 *
 * @category operations
 * @since 0.1.0
 */
export const mergeCommits = Effect.fn("Git.mergeCommits")(function* (
  options: MergeCommitsOptions
): Effect.fn.Return<
  CombinedCommit,
  RevisionNotFound | UnrelatedHistories | NameRejected | TemporaryFolderUnavailable | GitRunError,
  Git
> {
  const { base, head } = options
  const merge = yield* mergeTree({ ...options, keepObjects: true })
  if (!merge.clean) return { clean: false, conflictedPaths: merge.conflictedPaths }
  const parents = options.method === "squash" ? [base] : [base, head]
  return { clean: true, commit: yield* commitTree({ ...options, tree: merge.tree, parents }) }
})
