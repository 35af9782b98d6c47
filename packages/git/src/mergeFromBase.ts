/**
 * @since 0.1.0
 */
import { Effect, type Scope } from "effect"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound, TemporaryFolderUnavailable } from "./GitError.ts"
import { commitObject, writeCommit } from "./internal/commitObject.ts"
import { readCommits } from "./internal/readCommits.ts"
import { runMergeTree } from "./internal/runMergeTree.ts"
import { alternate, separateObjects } from "./internal/separateObjects.ts"
import type { MergeResult } from "./MergeResult.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface MergeFromBaseOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** The commit that both sides are compared with, whatever their histories say. */
  readonly base: Oid
  readonly ours: Oid
  readonly theirs: Oid
}

/**
 * Merges the files of two commits that need not have grown from the base: what differs between the base and `theirs` is
 * brought to `ours`. The merged tree is written to the repository.
 *
 * Fails with `RevisionNotFound` when one of the commits does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const mergeFromBase = Effect.fn("Git.mergeFromBase")(function* ({
  base,
  ours,
  repository,
  theirs
}: MergeFromBaseOptions): Effect.fn.Return<
  MergeResult,
  RevisionNotFound | TemporaryFolderUnavailable | GitRunError,
  Git | Scope.Scope
> {
  const [, ...sides] = yield* readCommits(repository, [base, ours, theirs])
  // git before 2.40 cannot be told the base of a merge, so it is given two sides to find it from, which are kept aside
  const aside = yield* separateObjects(repository)
  const [own, other] = yield* Effect.forEach(sides, ({ tree }) =>
    writeCommit(repository, commitObject({ tree, parent: base }), aside)
  )
  const env = { GIT_ALTERNATE_OBJECT_DIRECTORIES: alternate(aside.GIT_OBJECT_DIRECTORY) }
  return yield* runMergeTree({ repository, base: own!, head: other!, env })
}, Effect.scoped)
