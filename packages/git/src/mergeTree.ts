/**
 * Merging two commits without a work tree and without moving anything.
 *
 * @since 0.1.0
 */
import { Effect, type Scope } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound, TemporaryFolderUnavailable, UnrelatedHistories } from "./GitError.ts"
import { runMergeTree } from "./internal/runMergeTree.ts"
import { separateObjects } from "./internal/separateObjects.ts"
import { mergeBase } from "./mergeBase.ts"
import type { MergeResult } from "./MergeResult.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface MergeTreeOptions extends CommitPair {
  /**
   * Whether the merged tree is written to the repository, so that a merge commit can be made of it.
   * Defaults to false: `tree` then names an object that nobody stored, and the repository is untouched.
   */
  readonly keepObjects?: boolean | undefined
}

/**
 * Merges two commits as `git merge` would, and says how that went.
 *
 * Fails with `RevisionNotFound` when either commit does not exist, and with `UnrelatedHistories`
 * when they share no ancestor: neither is a conflict.
 *
 * @category operations
 * @since 0.1.0
 */
export const mergeTree = Effect.fn("Git.mergeTree")(function* (
  options: MergeTreeOptions
): Effect.fn.Return<
  MergeResult,
  RevisionNotFound | UnrelatedHistories | TemporaryFolderUnavailable | GitRunError,
  Git | Scope.Scope
> {
  const env = options.keepObjects === true ? {} : yield* separateObjects(options.repository)
  return yield* runMergeTree({ ...options, env }).pipe(
    // The merge base tells a missing commit from unrelated histories; when it exists, git's own words stand.
    Effect.catchTag("GitFailed", (failure) => Effect.andThen(mergeBase(options), Effect.fail(failure)))
  )
}, Effect.scoped)
