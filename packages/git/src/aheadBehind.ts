/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import { line } from "./internal/text.ts"

/**
 * How far two commits have grown apart, in commits.
 *
 * @category models
 * @since 0.1.0
 */
export interface AheadBehind {
  /** Commits that only the head has. */
  readonly ahead: number
  /** Commits that only the base has. */
  readonly behind: number
}

/**
 * Counts the commits that only one side has, merge commits included. Of unrelated histories that is every commit.
 *
 * Fails with `RevisionNotFound` when either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const aheadBehind = Effect.fn("Git.aheadBehind")(function* (
  pair: CommitPair
): Effect.fn.Return<AheadBehind, RevisionNotFound | GitRunError, Git> {
  const args = ["rev-list", "--left-right", "--count", "--end-of-options", `${pair.base}...${pair.head}`, "--"] as const
  const output = yield* runOnCommits({ args, repository: pair.repository }, [pair.base, pair.head])
  const [behind, ahead] = line(output.stdout).split("\t")
  return { ahead: Number(ahead), behind: Number(behind) }
})
