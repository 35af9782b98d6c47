/**
 * The commits that a branch brings.
 *
 * @since 0.1.0
 */
import { DateTime, Effect } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import type { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { listOids } from "./internal/listOids.ts"
import { type RawCommit, readCommits } from "./internal/readCommits.ts"
import { text } from "./internal/text.ts"
import type { Oid } from "./Oid.ts"
import type { Signature } from "./Signature.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface Commit {
  readonly oid: Oid
  readonly tree: Oid
  readonly parents: ReadonlyArray<Oid>
  readonly author: Signature
  readonly committer: Signature
  /** With its newline at the end. What is not UTF-8 becomes U+FFFD. */
  readonly message: string
}

/**
 * Reads the commits that only the head has, parents before children, merge commits included.
 *
 * Fails with `RevisionNotFound` when either commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const listCommits = Effect.fn("Git.listCommits")(function* (
  pair: CommitPair
): Effect.fn.Return<ReadonlyArray<Commit>, RevisionNotFound | GitRunError, Git> {
  const commits = yield* readCommits(pair.repository, yield* listOids(pair))
  return commits.map(toCommit)
})

/** With what is not UTF-8 replaced. */
export const toCommit = ({ author, committer, message, oid, parents, tree }: RawCommit): Commit => ({
  oid,
  tree,
  parents,
  author: toSignature(author),
  committer: toSignature(committer),
  message: text(message)
})

/** A line that git itself would not have written keeps what can be read of it. */
const toSignature = (line: Uint8Array): Signature => {
  const [, name = "", email = "", seconds = "0"] = /^(.*?) ?<(.*)> (\d+) [+-]\d+$/.exec(text(line)) ?? [
    undefined,
    text(line)
  ]
  return { name, email, at: DateTime.makeUnsafe(Math.min(Number(seconds), LATEST) * 1000) }
}

/** The last second that a date can hold. */
const LATEST = 8_640_000_000_000
