/**
 * A diff as git writes it, file by file.
 */

/** What a diff does to one file, with the bytes that say so. @category models */
export interface FileDiff {
  /** Where the file is after it; of one that is deleted, where it was. */
  readonly path: string
  /** Where it came from, of one that is renamed or copied. */
  readonly from: string | null
  readonly change: "modified" | "added" | "deleted" | "renamed" | "copied"
  /** Lines; of a binary file none are counted. */
  readonly additions: number
  readonly deletions: number
  /** From its `diff --git` to the next. */
  readonly bytes: Uint8Array
}

/** Why a diff cannot be read, in words; `line` counts from 1. */
export class DiffProblem {
  readonly line: number
  readonly reason: string
  constructor(line: number, reason: string) {
    this.line = line
    this.reason = reason
  }
  get message(): string {
    return `its diff cannot be read: line ${this.line} ${this.reason}`
  }
}
