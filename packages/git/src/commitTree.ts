/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { Git } from "./Git.ts"
import { type GitRunError, NameRejected, type RevisionNotFound } from "./GitError.ts"
import { readOid } from "./internal/readOid.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import type { Oid } from "./Oid.ts"
import { type Signature, signatureEnvironment } from "./Signature.ts"

/**
 * What a commit says about itself.
 *
 * @category options
 * @since 0.1.0
 */
export interface CommitOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Kept as it is; a newline is added at its end where there is none. */
  readonly message: string
  readonly author: Signature
  /** Defaults to the author. */
  readonly committer?: Signature | undefined
}

/**
 * @category options
 * @since 0.1.0
 */
export interface CommitTreeOptions extends CommitOptions {
  /** The files of the commit. */
  readonly tree: Oid
  /** None for a first commit, one for an ordinary one, two or more for a merge. */
  readonly parents: ReadonlyArray<Oid>
}

/**
 * Writes a commit of a tree that the repository has, and gives its id. No ref moves.
 *
 * Fails with `RevisionNotFound` when a parent does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const commitTree = Effect.fn("Git.commitTree")(function* (
  options: CommitTreeOptions
): Effect.fn.Return<Oid, RevisionNotFound | NameRejected | GitRunError, Git> {
  if (options.message.includes("\0")) {
    return yield* new NameRejected({ kind: "message", name: options.message, reason: "it has a NUL in it" })
  }
  const command = {
    args: ["commit-tree", ...options.parents.flatMap((parent) => ["-p", parent]), "-F", "-", options.tree],
    repository: options.repository,
    stdin: withNewline(options.message),
    env: {
      ...(yield* signatureEnvironment("AUTHOR", options.author)),
      ...(yield* signatureEnvironment("COMMITTER", options.committer ?? options.author))
    }
  } as const
  const output = yield* runOnCommits(command, options.parents)
  return yield* readOid(command)(output)
})

/** As `git commit` does, so that the same commit has the same id whichever of them wrote it. */
const withNewline = (message: string) => (message === "" || message.endsWith("\n") ? message : `${message}\n`)
