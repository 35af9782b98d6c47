/**
 * Merging two commits without a work tree and without moving anything.
 *
 * @since 0.1.0
 */
import { Effect, type Scope } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound, TemporaryFolderUnavailable, UnrelatedHistories } from "./GitError.ts"
import { GitFailed } from "./GitError.ts"
import { separateObjects } from "./internal/separateObjects.ts"
import { fields } from "./internal/text.ts"
import { mergeBase } from "./mergeBase.ts"
import { isOid, type Oid } from "./Oid.ts"

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
 * What merging the head into the base would give.
 *
 * @category models
 * @since 0.1.0
 */
export type MergeResult =
  | { readonly clean: true; readonly tree: Oid }
  | {
      readonly clean: false
      /** The tree with conflict markers in it. */
      readonly tree: Oid
      /**
       * Every path with a conflict, once, in git's order. A name that is not UTF-8 has U+FFFD
       * where it is not.
       */
      readonly conflictedPaths: ReadonlyArray<string>
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
  const git = yield* Git
  const command = {
    args: [
      "merge-tree",
      "--write-tree",
      "--name-only",
      "--no-messages",
      "-z",
      "--end-of-options",
      options.base,
      options.head
    ],
    repository: options.repository,
    env: options.keepObjects === true ? {} : yield* separateObjects(options.repository),
    answers: [0, 1]
  } as const

  return yield* git.run(command).pipe(
    Effect.flatMap((output): Effect.Effect<MergeResult, GitFailed> => {
      const [tree, ...paths] = fields(output.stdout)
      // Exit code 1 means a conflict, but also a revision that does not exist; only a conflict has a tree.
      // And before 2.44 git takes a tree it cannot read for an empty one: it grumbles, and merges on.
      if (tree === undefined || !isOid(tree) || /^error: /m.test(output.stderr)) {
        return Effect.fail(new GitFailed({ args: command.args, exitCode: output.exitCode, stderr: output.stderr }))
      }
      return Effect.succeed(
        output.exitCode === 0 ? { clean: true, tree } : { clean: false, tree, conflictedPaths: paths }
      )
    }),
    // The merge base tells a missing commit from unrelated histories; when it exists, git's own words stand.
    Effect.catchTag("GitFailed", (failure) => Effect.andThen(mergeBase(options), Effect.fail(failure)))
  )
}, Effect.scoped)
