/**
 * Puts files together to one diff, and says what it comes to. Pure.
 */
import { createHash } from "node:crypto"
import type { FileDiff } from "./FileDiff.ts"

/** @category models */
export interface JoinedDiff {
  readonly diff: Uint8Array
  /** SHA-256 of the diff, in hex. */
  readonly diffHash: string
  readonly additions: number
  readonly deletions: number
  readonly changedFiles: number
}

export const joinDiffs = (files: ReadonlyArray<FileDiff>): JoinedDiff => {
  const diff = Buffer.concat(files.map(closed))
  return {
    diff,
    diffHash: createHash("sha256").update(diff).digest("hex"),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: new Set(files.map(({ path }) => path)).size
  }
}

/** A binary patch ends with an empty line, which whoever pastes it loses; any other with a newline. */
const closed = ({ bytes }: FileDiff): Uint8Array => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ending = text.includes("\nGIT binary patch\n") ? "\n\n" : "\n"
  const has = text.toString("latin1", Math.max(0, text.length - 2))
  if (has.endsWith(ending)) return bytes
  return Buffer.concat([text, Buffer.from(has.endsWith("\n") || ending === "\n" ? "\n" : "\n\n")])
}

/** Every path that a diff reads or writes; a copy leaves what it was made from as it is. */
export const touched = (files: ReadonlyArray<FileDiff>): ReadonlySet<string> =>
  new Set(files.flatMap(({ change, from, path }) => (from === null || change === "copied" ? [path] : [path, from])))
