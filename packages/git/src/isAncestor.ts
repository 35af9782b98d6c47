/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface IsAncestorOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly ancestor: Oid
  readonly descendant: Oid
}

/**
 * Whether a commit is another, or is part of its history: moving a branch from the one to the other loses nothing.
 *
 * Fails with `RevisionNotFound` when either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const isAncestor = Effect.fn("Git.isAncestor")(function* ({
  ancestor,
  descendant,
  repository
}: IsAncestorOptions): Effect.fn.Return<boolean, RevisionNotFound | GitRunError, Git> {
  const args = ["merge-base", "--is-ancestor", "--end-of-options", ancestor, descendant] as const
  const output = yield* runOnCommits({ args, repository, answers: [0, 1] }, [ancestor, descendant])
  return output.exitCode === 0
})
