/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { Git } from "./Git.ts"
import type { GitRunError } from "./GitError.ts"
import { RevisionNotFound } from "./GitError.ts"
import { readCommits } from "./internal/readCommits.ts"
import { type Commit, toCommit } from "./listCommits.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ReadCommitOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly commit: Oid
}

/**
 * Reads one commit: its tree, its parents, who made it and when.
 *
 * Fails with `RevisionNotFound` when it does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const readCommit = Effect.fn("Git.readCommit")(function* ({
  commit,
  repository
}: ReadCommitOptions): Effect.fn.Return<Commit, RevisionNotFound | GitRunError, Git> {
  const [found] = yield* readCommits(repository, [commit])
  return found === undefined ? yield* new RevisionNotFound({ revision: commit }) : toCommit(found)
})
