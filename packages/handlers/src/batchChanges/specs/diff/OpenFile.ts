/**
 * What is known of a file of a diff while its lines are read.
 */
import { DiffProblem, type FileDiff } from "./FileDiff.ts"
import { readPath, readTwin, withoutPrefix } from "./readPath.ts"

export class OpenFile {
  private additions = 0
  private deletions = 0
  private olds = 0
  private news = 0
  private hunks = false
  private before: string | undefined
  private after: string | undefined
  private from: string | undefined
  private to: string | undefined
  private change: FileDiff["change"] = "modified"

  private readonly diff: Uint8Array
  private readonly start: number
  private readonly number: number
  private readonly twin: Buffer

  /** `start` in bytes; `number` of its first line; `twin`: what stands behind `diff --git`. */
  constructor(diff: Uint8Array, start: number, number: number, twin: Buffer) {
    this.diff = diff
    this.start = start
    this.number = number
    this.twin = twin
  }

  get inHunk(): boolean {
    return this.olds > 0 || this.news > 0
  }

  takeHunkLine(line: Buffer): boolean {
    const mark = line.length === 0 ? " " : String.fromCharCode(line[0]!)
    if (mark === "+") this.additions++
    else if (mark === "-") this.deletions++
    else if (mark !== " ") return mark === "\\"
    if (mark !== "+") this.olds--
    if (mark !== "-") this.news--
    return this.olds >= 0 && this.news >= 0
  }

  takeHeader(line: Buffer): boolean {
    const text = line.toString("latin1")
    if (text.startsWith("@@ ")) {
      const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(text)
      if (counts === null) return false
      this.olds = Number(counts[1] ?? 1)
      this.news = Number(counts[2] ?? 1)
      this.hunks = true
      return true
    }
    // what follows a hunk and is none is nobody's header
    if (this.hunks) return true
    const rest = (header: string) => readPath(line.subarray(header.length))
    if (text.startsWith("--- ")) this.before = rest("--- ")
    else if (text.startsWith("+++ ")) this.after = rest("+++ ")
    else if (text.startsWith("new file mode ")) this.change = "added"
    else if (text.startsWith("deleted file mode ")) this.change = "deleted"
    else if (text.startsWith("rename from ")) this.from = rest("rename from ")
    else if (text.startsWith("copy from ")) this.from = rest("copy from ")
    else if (text.startsWith("rename to ")) {
      this.change = "renamed"
      this.to = rest("rename to ")
    } else if (text.startsWith("copy to ")) {
      this.change = "copied"
      this.to = rest("copy to ")
    }
    return true
  }

  close(end: number): FileDiff | DiffProblem {
    const { additions, change, deletions } = this
    const named = this.after === "/dev/null" ? this.before : this.after
    const path = this.to ?? (named === undefined ? readTwin(this.twin) : withoutPrefix(named))
    if (path === undefined) {
      return new DiffProblem(this.number, 'names no file that can be read: names begin with "a/" and "b/"')
    }
    const from = this.from ?? null
    return { path, from, change, additions, deletions, bytes: this.diff.subarray(this.start, end) }
  }
}
