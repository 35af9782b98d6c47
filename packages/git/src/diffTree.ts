/**
 * Which files differ between two commits, by the ids of their contents.
 *
 * @since 0.1.0
 */
import { Effect, Stream } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import { GitFailed, type GitRunError, type RevisionNotFound } from "./GitError.ts"
import { NUL, records } from "./internal/records.ts"
import { streamOnCommits } from "./internal/streamOnCommits.ts"
import { isOid, type Oid } from "./Oid.ts"

/**
 * A path, and what the head has there.
 *
 * @category models
 * @since 0.1.0
 */
export interface TreeChange {
  /** A name that is not UTF-8 has U+FFFD where it is not. */
  readonly path: string
  /** Null: the head has no such file. The mode as in `TreeEntry`. */
  readonly to: { readonly mode: string; readonly oid: Oid } | null
}

/**
 * Lists the paths that differ between the trees of two commits, whatever their histories, as git comes to them. A
 * renamed file is one deleted and one added. One process, which reads no file's content.
 *
 * Fails with `RevisionNotFound` when either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const diffTree = ({
  base,
  head,
  repository
}: CommitPair): Stream.Stream<TreeChange, GitRunError | RevisionNotFound, Git> => {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", base, head] as const
  return streamOnCommits({ args, repository }, [base, head]).pipe(
    records(NUL),
    Stream.grouped(2),
    Stream.mapEffect(([header, path]) => {
      const change = path === undefined ? undefined : parse(header, path)
      return change === undefined
        ? Effect.fail(new GitFailed({ args, exitCode: 0, stderr: `unreadable: ${header}` }))
        : Effect.succeed(change)
    })
  )
}

/** `:<mode> <mode> <oid> <oid> <status>` and the path. */
const parse = (header: string, path: string): TreeChange | undefined => {
  const [, mode, oid, status] = /^:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*$/.exec(header) ?? []
  if (mode === undefined || oid === undefined || !isOid(oid)) return undefined
  return { path, to: status === "D" ? null : { mode, oid } }
}
