/**
 * Where the lines of a file stand in the diff of a pull request.
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
 * A line of a file's diff.
 *
 * @category models
 * @since 0.1.0
 */
export interface PatchLine {
  /** Counts from 1 below the first hunk header; later headers count too. */
  readonly position: number
  /** In the file before and after, from 1; null where it has no such line. */
  readonly oldLine: number | null
  readonly newLine: number | null
}

/**
 * @category options
 * @since 0.1.0
 */
export interface FilePatchOptions extends CommitPair {
  readonly path: string
  /** What the file was called before, where it was renamed. */
  readonly previousPath?: string | undefined
}

/**
 * Lists the lines that the three-dot diff shows of a file, with three lines of context. None for a file that it does
 * not touch, and for a binary one.
 *
 * Fails with `UnrelatedHistories` when there is no merge base to start from, and with `RevisionNotFound` when either
 * commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const filePatch = Effect.fn("Git.filePatch")(function* (
  options: FilePatchOptions
): Effect.fn.Return<ReadonlyArray<PatchLine>, RevisionNotFound | UnrelatedHistories | GitRunError, Git> {
  const { head, path, previousPath, repository } = options
  const start = yield* mergeBase(options)
  const output = yield* runOnCommits(
    {
      args: [
        "diff-tree",
        "-r",
        "-p",
        "--find-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--unified=3",
        "--end-of-options",
        start,
        head,
        "--",
        path,
        ...(previousPath === undefined ? [] : [previousPath])
      ],
      repository,
      // a path is a path, whatever stars it has
      env: { GIT_LITERAL_PATHSPECS: "1" }
    },
    [start, head]
  )
  return parse(text(output.stdout).split("\n"))
})

/** Counts give the end of a hunk: a removed line may well look like a header. */
const parse = (lines: ReadonlyArray<string>): ReadonlyArray<PatchLine> => {
  const found: Array<PatchLine> = []
  let position = -1
  let [oldLine, newLine, oldLeft, newLeft] = [0, 0, 0, 0]
  for (const line of lines) {
    if (oldLeft > 0 || newLeft > 0) {
      position++
      const sign = line[0]
      // "\ No newline at end of file" has a place, and is no line
      if (sign === "\\") continue
      const before = sign !== "+"
      const after = sign !== "-"
      found.push({ position, oldLine: before ? oldLine : null, newLine: after ? newLine : null })
      if (before) [oldLine, oldLeft] = [oldLine + 1, oldLeft - 1]
      if (after) [newLine, newLeft] = [newLine + 1, newLeft - 1]
      continue
    }
    if (line.startsWith("\\")) position++
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (hunk === null) continue
    position++
    ;[oldLine, newLine] = [Number(hunk[1]), Number(hunk[3])]
    ;[oldLeft, newLeft] = [Number(hunk[2] ?? 1), Number(hunk[4] ?? 1)]
  }
  return found
}
