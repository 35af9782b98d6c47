/**
 * Takes a diff apart into files. Pure, and on bytes: what is between the headers is nobody's text.
 *
 * Lines of hunks are counted as their headers announce them, so that none is taken for a header, whatever it says.
 */
import { DiffProblem, type FileDiff } from "./FileDiff.ts"
import { OpenFile } from "./OpenFile.ts"

const NEWLINE = 10
const START = "diff --git "

/**
 * Put together again, the bytes of all files are the diff, from its first `diff --git` on; what stands before it, such
 * as the message of a commit, belongs to none.
 */
export const splitDiff = (diff: Uint8Array): ReadonlyArray<FileDiff> | DiffProblem => {
  const files: Array<FileDiff> = []
  let open: OpenFile | undefined
  let number = 0
  let blank = true
  for (const { end, line, start } of linesOf(Buffer.from(diff.buffer, diff.byteOffset, diff.byteLength))) {
    number++
    if (open !== undefined && open.inHunk) {
      if (!open.takeHunkLine(line)) return new DiffProblem(number, "is not one of a hunk, whose header announced more")
    } else if (startsWith(line, START)) {
      const closed = open?.close(start)
      if (closed instanceof DiffProblem) return closed
      if (closed !== undefined) files.push(closed)
      open = new OpenFile(diff, start, number, line.subarray(START.length))
    } else if (open !== undefined) {
      if (!open.takeHeader(line)) return new DiffProblem(number, "is a header of a hunk that cannot be read")
    } else blank &&= line.toString("latin1").trim() === ""
    if (end === diff.byteLength && open !== undefined) {
      if (open.inHunk) return new DiffProblem(number, "is the last, and its hunk announced more")
      const closed = open.close(end)
      if (closed instanceof DiffProblem) return closed
      files.push(closed)
    }
  }
  return files.length === 0 && !blank ? new DiffProblem(1, `begins no diff: git's begin with "${START}"`) : files
}

const startsWith = (line: Buffer, text: string): boolean => line.toString("latin1", 0, text.length) === text

function* linesOf(bytes: Buffer): Generator<{ readonly line: Buffer; readonly start: number; readonly end: number }> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline === -1 ? bytes.length : newline + 1
    yield { line: bytes.subarray(start, newline === -1 ? end : newline), start, end }
    start = end
  }
}
