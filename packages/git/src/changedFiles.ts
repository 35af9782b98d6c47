/**
 * Which files differ between two commits.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound, UnrelatedHistories } from "./GitError.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import { text } from "./internal/text.ts"
import { mergeBase } from "./mergeBase.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface ChangedFile {
  readonly status: "added" | "deleted" | "modified" | "renamed"
  /** A name that is not UTF-8 has U+FFFD where it is not. */
  readonly path: string
  /** What a renamed file was called before. */
  readonly previousPath: string | undefined
  /** Lines; zero for a binary file. */
  readonly additions: number
  readonly deletions: number
  readonly binary: boolean
}

/**
 * @category options
 * @since 0.1.0
 */
export interface ChangedFilesOptions extends CommitPair {
  /**
   * `mergeBase`: what the head changed since it left the base, as a pull request shows it (three dots). `base`: what
   * differs between the two now, whoever changed it (two dots). Defaults to `mergeBase`.
   */
  readonly since?: "mergeBase" | "base" | undefined
}

/**
 * Lists the files that differ, in the order of their paths, with renames detected.
 *
 * Fails with `RevisionNotFound` when either commit does not exist, and with `UnrelatedHistories` when there is no
 * merge base to start from.
 *
 * @category operations
 * @since 0.1.0
 */
export const changedFiles = Effect.fn("Git.changedFiles")(function* (
  options: ChangedFilesOptions
): Effect.fn.Return<ReadonlyArray<ChangedFile>, RevisionNotFound | UnrelatedHistories | GitRunError, Git> {
  const { base, head, repository, since = "mergeBase" } = options
  const start = since === "base" ? base : yield* mergeBase(options)
  const args = ["diff-tree", "-r", "-z", "--raw", "--numstat", "--find-renames", "--end-of-options", start, head, "--"]
  const output = yield* runOnCommits({ args: args as [string, ...Array<string>], repository }, [start, head])
  return parse(text(output.stdout).split("\0"))
})

/** First every file's `:modes ids status`, then every file's counts; the paths follow each, two of them for a rename. */
const parse = (records: ReadonlyArray<string>): ReadonlyArray<ChangedFile> => {
  const statuses: Array<ChangedFile["status"]> = []
  const files: Array<ChangedFile> = []
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? ""
    const status = /^:\d+ \d+ [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*$/.exec(record)?.[1]
    if (status !== undefined) {
      statuses.push(names[status] ?? "modified")
      index += status === "R" ? 2 : 1
      continue
    }
    const counts = /^(-|\d+)\t(-|\d+)\t(.*)$/s.exec(record)
    if (counts === null) continue
    const [, added = "-", deleted = "-", path = ""] = counts
    const renamed = path === ""
    files.push({
      status: statuses[files.length] ?? "modified",
      path: renamed ? (records[index + 2] ?? "") : path,
      previousPath: renamed ? records[index + 1] : undefined,
      additions: added === "-" ? 0 : Number(added),
      deletions: deleted === "-" ? 0 : Number(deleted),
      binary: added === "-"
    })
    if (renamed) index += 2
  }
  return files
}

/** A changed mode or kind of file counts as modified. */
const names: Readonly<Record<string, ChangedFile["status"]>> = { A: "added", D: "deleted", R: "renamed" }
