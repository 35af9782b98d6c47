/**
 * Committing files to a bare repository, which has no work tree to edit.
 *
 * @since 0.1.0
 */
import { Effect, type Scope } from "effect"
import { type CommitOptions, commitTree } from "./commitTree.ts"
import { Git } from "./Git.ts"
import { type GitRunError, NameRejected, type RevisionNotFound, type TemporaryFolderUnavailable } from "./GitError.ts"
import { readOid } from "./internal/readOid.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import type { Oid } from "./Oid.ts"

/**
 * What becomes of one file: its new content, or null to delete it.
 *
 * @category models
 * @since 0.1.0
 */
export type FileChange =
  | string
  | Uint8Array
  | null
  | {
      /** For a symbolic link, the path it points at. */
      readonly content: string | Uint8Array
      /** An ordinary file (the default of the short forms), an executable one, or a symbolic link. */
      readonly mode: "100644" | "100755" | "120000"
    }

/**
 * @category options
 * @since 0.1.0
 */
export interface CommitFilesOptions extends CommitOptions {
  /** The commit whose files are changed, or null to start from none. */
  readonly parent: Oid | null
  /** Changes by path from the root, with slashes. Deleting a file that is not there does nothing. */
  readonly files: Readonly<Record<string, FileChange>>
}

/**
 * Writes a commit with some files changed, and gives its id. No ref moves. The same options give the same id.
 *
 * Fails with `NameRejected` for a path that git cannot hold (absolute, with `..` or `.git` in it), and with
 * `RevisionNotFound` when the parent does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const commitFiles = Effect.fn("Git.commitFiles")(function* (
  options: CommitFilesOptions
): Effect.fn.Return<
  Oid,
  RevisionNotFound | NameRejected | TemporaryFolderUnavailable | GitRunError,
  Git | Scope.Scope
> {
  const git = yield* Git
  const { parent, repository } = options
  const env = { GIT_INDEX_FILE: `${yield* git.temporaryFolder}/index` }

  yield* runOnCommits(
    { args: parent === null ? ["read-tree", "--empty"] : ["read-tree", parent], repository, env },
    parent === null ? [] : [parent]
  )

  yield* requireOnePlaceEach(options.files)
  const entries = yield* Effect.forEach(
    Object.entries(options.files),
    ([path, change]) => indexEntry(options, path, change),
    { concurrency: "unbounded" }
  )
  const updated = yield* git.run({
    args: ["update-index", "-z", "--index-info"],
    repository,
    env,
    stdin: entries.join("")
  })
  // git skips a path that it cannot hold, says so, and reports success.
  const ignored = /^Ignoring path (.*)$/m.exec(updated.stderr)?.[1]
  if (ignored !== undefined) {
    return yield* new NameRejected({ kind: "path", name: ignored, reason: "git cannot hold a file there" })
  }

  const writeTree = { args: ["write-tree"], repository, env } as const
  const tree = yield* git.run(writeTree).pipe(Effect.flatMap(readOid(writeTree)))
  return yield* commitTree({ ...options, tree, parents: parent === null ? [] : [parent] })
}, Effect.scoped)

/** A path cannot be a file and a folder at once; git would keep whichever came last. */
const requireOnePlaceEach = (files: Readonly<Record<string, FileChange>>) => {
  const written = new Set(Object.keys(files).filter((path) => files[path] !== null))
  const inFile = Array.from(written).find((path) => parentFolders(path).some((folder) => written.has(folder)))
  return inFile === undefined
    ? Effect.void
    : Effect.fail(new NameRejected({ kind: "path", name: inFile, reason: "a folder in it is also written as a file" }))
}

const parentFolders = (path: string): ReadonlyArray<string> =>
  Array.from(path.matchAll(/\//g), (slash) => path.slice(0, slash.index))

/** One line of `update-index --index-info`; mode 0 deletes. New content is written to the repository. */
const indexEntry = Effect.fnUntraced(function* (options: CommitFilesOptions, path: string, change: FileChange) {
  const { parent, repository } = options
  if (path.includes("\0") || !path.isWellFormed()) {
    return yield* new NameRejected({ kind: "path", name: path, reason: "it is no file name" })
  }
  if (change === null) return parent === null ? "" : `0 ${"0".repeat(parent.length)}\t${path}\0`
  const git = yield* Git
  const { content, mode } =
    typeof change === "string" || change instanceof Uint8Array ? { content: change, mode: "100644" } : change
  const command = { args: ["hash-object", "-w", "--stdin"], repository, stdin: content } as const
  const oid = yield* git.run(command).pipe(Effect.flatMap(readOid(command)))
  return `${mode} ${oid}\t${path}\0`
})
