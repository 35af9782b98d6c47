/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import { Git } from "./Git.ts"
import { GitFailed, type GitRunError, type RevisionNotFound, type UnrelatedHistories } from "./GitError.ts"
import { sumNumstat } from "./internal/numstat.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import { text } from "./internal/text.ts"
import { mergeBase } from "./mergeBase.ts"
import type { Oid } from "./Oid.ts"
import type { DiffTotals } from "./Totals.ts"

/**
 * Sums what the head changed since it left the base (the three-dot range), with renames detected.
 *
 * Fails with `UnrelatedHistories` when the range has no start, and with `RevisionNotFound`
 * when either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const diffTotals = Effect.fn("Git.diffTotals")(function* (
  pair: CommitPair
): Effect.fn.Return<DiffTotals, RevisionNotFound | UnrelatedHistories | GitRunError, Git> {
  const git = yield* Git
  const start = yield* mergeBase(pair)
  const output = yield* git.run({
    args: ["diff-tree", "-r", "-z", "--numstat", "--find-renames", "--end-of-options", start, pair.head, "--"],
    repository: pair.repository
  })
  return sumNumstat(text(output.stdout).split("\0"))[0]
})

/**
 * Sums many changes in one process: what each commit changed since another, in the order asked for.
 *
 * Fails with `RevisionNotFound` when one of the commits does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const diffTotalsOfMany = Effect.fn("Git.diffTotalsOfMany")(function* ({
  ranges,
  repository
}: {
  /** Path of the bare repository. */
  readonly repository: string
  readonly ranges: ReadonlyArray<{ readonly from: Oid; readonly to: Oid }>
}): Effect.fn.Return<ReadonlyArray<DiffTotals>, RevisionNotFound | GitRunError, Git> {
  if (ranges.length === 0) return []
  const command = {
    args: ["diff-tree", "--stdin", "--always", "-r", "-z", "--numstat", "--find-renames"],
    repository,
    // a commit, and what is to count as its only parent
    stdin: ranges.map(({ from, to }) => `${to} ${from}\n`).join("")
  } as const
  const output = yield* runOnCommits(command, Array.from(new Set(ranges.flatMap(({ from, to }) => [from, to]))))
  const [, ...totals] = sumNumstat(text(output.stdout).split("\0"))
  if (totals.length === ranges.length) return totals
  return yield* new GitFailed({ args: command.args, exitCode: output.exitCode, stderr: output.stderr })
})
