/**
 * Which files of the index change, and which are left out of it. Rules alone; no git, no database.
 */
import type { Oid, TreeChange, TreeEntry } from "@drover/git"
import type { CodeLimits } from "./CodeIndexLimits.ts"

/** What is to be written. */
export interface FileChanges {
  /** Blobs by path: new files, and those with another content. */
  readonly set: ReadonlyMap<string, Oid>
  readonly deleted: ReadonlyArray<string>
}

/** A file that the index is to have. */
export interface IndexedFile {
  readonly oid: Oid
  readonly size: number
}

/** A submodule has its files elsewhere. */
const SUBMODULE = "160000"

/** Chooses the files of a whole tree, in git's order, for as long as the limits allow. */
export class FileChoice {
  readonly files = new Map<string, IndexedFile>()
  bytes = 0
  readonly #limits: CodeLimits
  readonly #leftOut = { files: 0, bytes: 0, paths: 0 }

  constructor(limits: CodeLimits) {
    this.#limits = limits
  }

  add({ mode, oid, path, size }: Pick<TreeEntry, "mode" | "oid" | "path" | "size">): void {
    if (mode === SUBMODULE || size === null) return
    if (isTooLong(path, this.#limits)) {
      this.#leftOut.paths++
      return
    }
    // two names that are not UTF-8 may be one name once they are read as such
    if (this.files.has(path)) return
    const bytes = size <= this.#limits.fileBytes ? size : 0
    if (this.files.size >= this.#limits.files) this.#leftOut.files++
    else if (this.bytes + bytes > this.#limits.bytes) this.#leftOut.bytes++
    else {
      this.files.set(path, { oid, size })
      this.bytes += bytes
    }
  }

  /** What is missing of the tree, in words; null: nothing. */
  get incompleteReason(): string | null {
    const { bytes, files, paths } = this.#leftOut
    const limits = this.#limits
    const parts = [
      files > 0 ? `${count(files)} past the limit of ${limits.files}` : undefined,
      bytes > 0 ? `${count(bytes)} past the limit of ${limits.bytes} bytes` : undefined,
      paths > 0 ? `${count(paths)} with a path longer than ${limits.pathBytes} bytes` : undefined
    ].filter((part) => part !== undefined)
    return parts.length === 0 ? null : `left out: ${parts.join(", ")}`
  }
}

const count = (files: number): string => (files === 1 ? "1 file" : `${files} files`)

const isTooLong = (path: string, { pathBytes }: CodeLimits): boolean => Buffer.byteLength(path) > pathBytes

/** What makes `before` what was chosen. */
export const difference = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, IndexedFile>
): FileChanges => {
  const set = new Map<string, Oid>()
  for (const [path, { oid }] of after) if (before.get(path) !== oid) set.set(path, oid)
  return { set, deleted: [...before.keys()].filter((path) => !after.has(path)) }
}

/**
 * What a difference of two trees changes in an index that has the whole of the first. Undefined where only a look at the
 * whole tree can tell: a name that is not UTF-8 may stand for several, and one that is too long must be reported.
 */
export const fromTreeChanges = (changes: ReadonlyArray<TreeChange>, limits: CodeLimits): FileChanges | undefined => {
  const set = new Map<string, Oid>()
  const deleted: Array<string> = []
  for (const { path, to } of changes) {
    if (path.includes("\u{fffd}") || isTooLong(path, limits)) return undefined
    // a file that became a submodule is a file no more
    if (to === null || to.mode === SUBMODULE) deleted.push(path)
    else set.set(path, to.oid)
  }
  return { set, deleted }
}
