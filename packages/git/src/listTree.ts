/**
 * The files of a commit.
 *
 * @since 0.1.0
 */
import { Effect, Stream } from "effect"
import type { Git } from "./Git.ts"
import { GitFailed, type GitRunError, ObjectNotFound, type RevisionNotFound } from "./GitError.ts"
import { NUL, records } from "./internal/records.ts"
import { streamOnCommits } from "./internal/streamOnCommits.ts"
import { isOid, type Oid } from "./Oid.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface TreeEntry {
  /** Six octal digits: `100644`, `100755`, `120000` for a symbolic link, `160000` for a submodule. */
  readonly mode: string
  /** Of the blob; of a submodule, the commit in that other repository. */
  readonly oid: Oid
  /** In bytes. Null for a submodule. */
  readonly size: number | null
  /** A name that is not UTF-8 has U+FFFD where it is not. */
  readonly path: string
}

/**
 * @category options
 * @since 0.1.0
 */
export interface ListTreeOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly commit: Oid
}

/**
 * Lists every file of a commit, in git's order, as git comes to them. One process.
 *
 * Fails with `RevisionNotFound` when there is no such commit, with `ObjectNotFound` for a file whose content is
 * missing, and with `GitFailed` for a folder that is: never is such a tree a smaller one.
 *
 * @category operations
 * @since 0.1.0
 */
export const listTree = ({
  commit,
  repository
}: ListTreeOptions): Stream.Stream<TreeEntry, GitRunError | RevisionNotFound | ObjectNotFound, Git> => {
  const args = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit] as const
  return streamOnCommits({ args, repository }, [commit]).pipe(
    records(NUL),
    Stream.mapEffect((record): Effect.Effect<TreeEntry, GitFailed | ObjectNotFound> => {
      const entry = parse(record)
      if (entry === undefined) return Effect.fail(new GitFailed({ args, exitCode: 0, stderr: `unreadable: ${record}` }))
      return Number.isNaN(entry.size) ? Effect.fail(new ObjectNotFound({ oid: entry.oid })) : Effect.succeed(entry)
    })
  )
}

/** `<mode> <type> <oid> <size, padded>\t<path>`. The size of what is missing is `BAD`. */
const parse = (record: string): TreeEntry | undefined => {
  const [, mode, oid, size, path] = /^(\d{6}) \w+ ([0-9a-f]+) +(\S+)\t(.*)$/s.exec(record) ?? []
  if (mode === undefined || oid === undefined || !isOid(oid) || size === undefined || path === undefined)
    return undefined
  return { mode, oid, size: size === "-" ? null : Number(size), path }
}
