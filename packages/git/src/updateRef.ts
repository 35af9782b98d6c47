/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import { type GitRunError, type NameRejected, RefMoved, type RevisionNotFound } from "./GitError.ts"
import { readRefs } from "./internal/readRefs.ts"
import { requireCommits } from "./internal/runOnCommits.ts"
import type { Oid } from "./Oid.ts"
import { checkRef } from "./RefName.ts"

/**
 * @category options
 * @since 0.1.0
 */
export type UpdateRefOptions = {
  /** Path of the bare repository. */
  readonly repository: string
  /** The full name, such as `refs/heads/main`. */
  readonly ref: string
} & (
  | { readonly from: Oid; readonly to: Oid }
  /** Creates the ref, which must not exist. */
  | { readonly from: null; readonly to: Oid }
  /** Deletes the ref. */
  | { readonly from: Oid; readonly to: null }
)

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
  const git = yield* Git
  const { from, repository, to } = options
  const ref = yield* checkRef(options.ref)
  // An id of zeros stands for "no such ref"; it is as long as the repository's ids.
  const none = "0".repeat((from ?? to).length)
  yield* git
    .run({
      args: ["update-ref", "--stdin", "-z"],
      repository,
      stdin: `update ${ref}\0${to ?? none}\0${from ?? none}\0`
    })
    .pipe(
      Effect.catchTag(
        "GitFailed",
        Effect.fnUntraced(function* (failure) {
          const actual = (yield* readRefs(repository, [ref])).get(ref) ?? null
          if (actual !== from) return yield* new RefMoved({ ref, expected: from, actual })
          if (to !== null) yield* requireCommits(repository, [to])
          return yield* failure
        })
      )
    )
})
