/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"

/**
 * Tells whether any commit that only the head has is a merge. A head without one, that merges
 * cleanly, is a candidate for a rebase.
 *
 * Fails with `RevisionNotFound` when either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const hasMergeCommits = Effect.fn("Git.hasMergeCommits")(function* (
  pair: CommitPair
): Effect.fn.Return<boolean, RevisionNotFound | GitRunError, Git> {
  const args = [
    "rev-list",
    "--merges",
    "--max-count=1",
    "--end-of-options",
    `${pair.base}..${pair.head}`,
    "--"
  ] as const
  const output = yield* runOnCommits({ args, repository: pair.repository }, [pair.base, pair.head])
  return output.stdout.byteLength > 0
})
