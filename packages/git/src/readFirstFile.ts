/**
 * One of several files of a commit, such as the places where a settings file may lie.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError } from "./GitError.ts"
import { text } from "./internal/text.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ReadFirstFileOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly commit: Oid
  /** Tried in this order. Without newlines. */
  readonly paths: ReadonlyArray<string>
  /** A larger file is found, and not read. */
  readonly maxBytes: number
}

/**
 * @category models
 * @since 0.1.0
 */
export interface FoundFile {
  readonly path: string
  readonly sizeBytes: number
  /** Undefined where it is larger than it may be. */
  readonly content: Uint8Array | undefined
}

/**
 * Reads the first of these paths that is a file in the commit; gives undefined when none is, or there is no such commit.
 *
 * @category operations
 * @since 0.1.0
 */
export const readFirstFile = Effect.fn("Git.readFirstFile")(function* ({
  commit,
  maxBytes,
  paths,
  repository
}: ReadFirstFileOptions): Effect.fn.Return<FoundFile | undefined, GitRunError, Git> {
  const git = yield* Git
  const { stdout } = yield* git.run({
    args: ["cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)"],
    repository,
    stdin: paths.map((path) => `${commit}:${path}\n`).join("")
  })
  const answers = text(stdout).split("\n")
  for (const [index, path] of paths.entries()) {
    const blob = /^blob (\d+) ([0-9a-f]+)$/.exec(answers[index] ?? "")
    if (blob === null) continue
    const [, size = "0", oid = ""] = blob
    const sizeBytes = Number(size)
    if (sizeBytes > maxBytes) return { path, sizeBytes, content: undefined }
    const read = yield* git.run({ args: ["cat-file", "blob", oid], repository })
    return { path, sizeBytes, content: read.stdout }
  }
  return undefined
})
