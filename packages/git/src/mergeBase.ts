/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { UnrelatedHistories } from "./GitError.ts"
import { readOid } from "./internal/readOid.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import type { Oid } from "./Oid.ts"

/**
 * Finds the best common ancestor of two commits. When there are several (criss-cross merges)
 * it is the one that a three-dot diff starts from.
 *
 * Fails with `UnrelatedHistories` when there is none, and with `RevisionNotFound` when
 * either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const mergeBase = Effect.fn("Git.mergeBase")(function* (
  pair: CommitPair
): Effect.fn.Return<Oid, UnrelatedHistories | RevisionNotFound | GitRunError, Git> {
  const command = {
    args: ["merge-base", "--end-of-options", pair.base, pair.head],
    repository: pair.repository,
    answers: [0, 1]
  } as const
  const output = yield* runOnCommits(command, [pair.base, pair.head])
  if (output.exitCode === 1) return yield* new UnrelatedHistories({ base: pair.base, head: pair.head })
  return yield* readOid(command)(output)
})
