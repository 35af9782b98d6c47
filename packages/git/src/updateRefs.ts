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
 * What becomes of one ref, and where it was seen before.
 *
 * @category models
 * @since 0.1.0
 */
export type RefUpdate = {
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
 * @category options
 * @since 0.1.0
 */
export interface UpdateRefsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Each of another ref. */
  readonly updates: ReadonlyArray<RefUpdate>
}

/**
 * Moves, creates and deletes refs together if, and only if, every one of them still is where the caller saw it.
 *
 * Fails with `RefMoved`, and changes nothing, when somebody else moved one first; with `RevisionNotFound` when there
 * is no commit to point one at. A host that dies in the middle leaves a beginning of the list done, deletions last.
 *
 * @category operations
 * @since 0.1.0
 */
export const updateRefs = Effect.fn("Git.updateRefs")(function* (
  options: UpdateRefsOptions
): Effect.fn.Return<void, RefMoved | RevisionNotFound | NameRejected | GitRunError, Git> {
  const { repository, updates } = options
  const git = yield* Git
  yield* Effect.forEach(updates, ({ ref }) => checkRef(ref))
  if (updates.length === 0) return
  yield* git.run({ args: ["update-ref", "--stdin", "-z"], repository, stdin: updates.map(instruction).join("") }).pipe(
    Effect.catchTag(
      "GitFailed",
      Effect.fnUntraced(function* (failure) {
        const found = yield* readRefs(
          repository,
          updates.map(({ ref }) => ref)
        )
        for (const { from, ref } of updates) {
          const actual = found.get(ref) ?? null
          if (actual !== from) return yield* new RefMoved({ ref, expected: from, actual })
        }
        yield* requireCommits(
          repository,
          updates.flatMap(({ to }) => (to === null ? [] : [to]))
        )
        return yield* failure
      })
    )
  )
})

/** An id of zeros stands for "no such ref"; it is as long as the repository's ids. */
const instruction = ({ from, ref, to }: RefUpdate): string => {
  const none = "0".repeat((from ?? to).length)
  return `update ${ref}\0${to ?? none}\0${from ?? none}\0`
}
