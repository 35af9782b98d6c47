/**
 * Rebasing without a work tree.
 *
 * @since 0.1.0
 */
import { Effect, type Scope } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import { Git } from "./Git.ts"
import {
  type GitRunError,
  MergeCommitFound,
  type NameRejected,
  type RevisionNotFound,
  type TemporaryFolderUnavailable,
  UnrelatedHistories
} from "./GitError.ts"
import { commitObject, writeCommit } from "./internal/commitObject.ts"
import { listOids } from "./internal/listOids.ts"
import { type RawCommit, readCommits } from "./internal/readCommits.ts"
import { runMergeTree } from "./internal/runMergeTree.ts"
import { alternate, separateObjects } from "./internal/separateObjects.ts"
import { line } from "./internal/text.ts"
import type { MergeResult } from "./MergeResult.ts"
import type { Oid } from "./Oid.ts"
import { type Signature, signatureEnvironment } from "./Signature.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface RebaseCommitsOptions extends CommitPair {
  /** Of every new commit. Authors stay. */
  readonly committer: Signature
}

/**
 * @category models
 * @since 0.1.0
 */
export type RebaseResult =
  | {
      readonly clean: true
      /** The last new commit; the base where there is none. */
      readonly tip: Oid
      /** The new commits, oldest first. */
      readonly commits: ReadonlyArray<Oid>
    }
  | {
      readonly clean: false
      /** The commit that could not be replayed. */
      readonly commit: Oid
      readonly conflictedPaths: ReadonlyArray<string>
    }

/**
 * Replays the commits that only the head has on top of the base, as `git rebase` would, and gives the new ones. No
 * ref moves. The same options give the same ids.
 *
 * Every commit is written anew, with its author, date, message and encoding as they were, and without its signature.
 * A commit whose change the base has already is left out; one that was empty from the start is kept.
 *
 * Fails with `MergeCommitFound` when one of the commits is a merge, with `UnrelatedHistories` when the two share no
 * ancestor, and with `RevisionNotFound` when either does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const rebaseCommits = Effect.fn("Git.rebaseCommits")(function* (
  options: RebaseCommitsOptions
): Effect.fn.Return<
  RebaseResult,
  RevisionNotFound | UnrelatedHistories | MergeCommitFound | NameRejected | TemporaryFolderUnavailable | GitRunError,
  Git | Scope.Scope
> {
  const { base, head, repository } = options
  const committer = yield* committerLine(options)
  const originals = yield* readCommits(repository, yield* listOids(options))
  const merge = originals.find(({ parents }) => parents.length > 1)
  if (merge !== undefined) return yield* new MergeCommitFound({ commit: merge.oid })
  // without merges the commits are one line, and its first parent is in the base
  const forks = originals.flatMap(({ parents }) => parents)
  if (forks.length < originals.length) return yield* new UnrelatedHistories({ base, head })
  const [start, ...parents] = yield* readCommits(repository, [base, ...forks])

  const replay = yield* replayIn(repository)
  let tip = { oid: base, tree: start?.tree ?? base }
  const commits: Array<Oid> = []
  for (const [index, original] of originals.entries()) {
    const parent = parents[index] ?? original
    const merged = yield* replay(original, parent, tip.tree)
    if (!merged.clean) return { clean: false, commit: original.oid, conflictedPaths: merged.conflictedPaths }
    const { tree } = merged
    if (tree === tip.tree && original.tree !== parent.tree) continue
    tip = { oid: yield* writeCommit(repository, commitObject({ tree, parent: tip.oid, committer, original })), tree }
    commits.push(tip.oid)
  }
  return { clean: true, tip: tip.oid, commits }
}, Effect.scoped)

/**
 * Gives the tree that has a commit's change on top of another tree.
 *
 * That is a merge whose base is the commit's parent. git before 2.40 cannot be told the base of a merge, so it is
 * given a side to find it from: a commit of that other tree whose parent is the commit's. It is kept aside.
 */
const replayIn = Effect.fnUntraced(function* (repository: string) {
  const aside = yield* separateObjects(repository)
  const env = { GIT_ALTERNATE_OBJECT_DIRECTORIES: alternate(aside.GIT_OBJECT_DIRECTORY) }
  return Effect.fnUntraced(function* (
    original: RawCommit,
    parent: RawCommit,
    onto: Oid
  ): Effect.fn.Return<MergeResult, GitRunError, Git> {
    if (onto === parent.tree) return { clean: true, tree: original.tree }
    const side = yield* writeCommit(repository, commitObject({ tree: onto, parent: parent.oid }), aside)
    return yield* runMergeTree({ repository, base: side, head: original.oid, env })
  })
})

/** As git would write it, which tidies names. */
const committerLine = Effect.fnUntraced(function* ({ committer, repository }: RebaseCommitsOptions) {
  const git = yield* Git
  const env = yield* signatureEnvironment("COMMITTER", committer)
  const output = yield* git.run({ args: ["var", "GIT_COMMITTER_IDENT"], repository, env })
  return line(output.stdout)
})
