/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound, UnrelatedHistories } from "./GitError.ts"
import { text } from "./internal/text.ts"
import { mergeBase } from "./mergeBase.ts"

/**
 * The size of a change, in lines and files.
 *
 * @category models
 * @since 0.1.0
 */
export interface DiffTotals {
  readonly additions: number
  readonly deletions: number
  /** A renamed file counts once; a binary one counts here and adds no lines. */
  readonly changedFiles: number
  readonly binaryFiles: number
}

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
  return sum(text(output.stdout).split("\0"))
})

/** Adds up `added TAB deleted TAB path`, where an empty path stands for a rename whose two paths follow. */
const sum = (records: ReadonlyArray<string>): DiffTotals => {
  const totals = { additions: 0, deletions: 0, changedFiles: 0, binaryFiles: 0 }
  for (let index = 0; index < records.length; index++) {
    const record = /^(-|\d+)\t(-|\d+)\t(.*)$/s.exec(records[index] ?? "")
    if (record === null) continue
    const [, added, deleted, path] = record
    totals.changedFiles += 1
    if (added === "-") totals.binaryFiles += 1
    else {
      totals.additions += Number(added)
      totals.deletions += Number(deleted)
    }
    if (path === "") index += 2
  }
  return totals
}
