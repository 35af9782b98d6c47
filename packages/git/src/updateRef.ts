/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { Git } from "./Git.ts"
import type { GitRunError, NameRejected, RefMoved, RevisionNotFound } from "./GitError.ts"
import { type RefUpdate, updateRefs } from "./updateRefs.ts"

/**
 * @category options
 * @since 0.1.0
 */
export type UpdateRefOptions = RefUpdate & {
  /** Path of the bare repository. */
  readonly repository: string
}

/**
 * Moves, creates or deletes a ref if, and only if, it still is where the caller saw it.
 *
 * Fails with `RefMoved`, and changes nothing, when somebody else moved it first; with
 * `RevisionNotFound` when there is no commit to point it at.
 *
 * @category operations
 * @since 0.1.0
 */
export const updateRef = Effect.fn("Git.updateRef")(function* (
  options: UpdateRefOptions
): Effect.fn.Return<void, RefMoved | RevisionNotFound | NameRejected | GitRunError, Git> {
  yield* updateRefs({ repository: options.repository, updates: [options] })
})
