/**
 * Finds the commit that a merge came upon: what a branch was before it.
 */
import {
  type Commit,
  type Git,
  type GitRunError,
  hasMergeCommits,
  isAncestor,
  isOid,
  listCommits,
  type Oid,
  readCommit,
  type RevisionNotFound
} from "@drover/git"
import { Effect } from "effect"
import { originalsBefore } from "./copies.ts"

/** @category options */
export interface Merged {
  readonly repository: string
  readonly commit: Oid
  /** What was merged, and that as Drover built it and left it. */
  readonly headSha: string | null
  readonly builtSha: string | null
  readonly pushedSha: string | null
  /** What the changeset was made for. */
  readonly baseSha: string | null
}

/**
 * A merge commit and a squashed one have it as their first parent. A rebase wrote several commits, whose originals the
 * head still has. Where the branch was only moved forward, the changeset's own base tells. Null: it cannot be told.
 */
export const beforeMerge = Effect.fnUntraced(function* (
  merged: Merged
): Effect.fn.Return<Oid | null, GitRunError | RevisionNotFound, Git> {
  const { baseSha, builtSha, commit, headSha, pushedSha, repository } = merged
  const found = yield* readCommit({ repository, commit })
  const first = found.parents[0] ?? null
  const single = headSha !== null && headSha === builtSha && headSha === pushedSha
  if (single || (found.parents.length > 1 && commit !== headSha)) return first
  if (first === null || headSha === null || !isOid(headSha)) return null
  if (commit === headSha) return baseSha === null ? null : yield* since(repository, baseSha, commit)
  const originals = yield* listCommits({ repository, base: first, head: headSha }).pipe(
    Effect.catchTag("RevisionNotFound", () => Effect.succeed(null))
  )
  return originals === null ? null : yield* walk(repository, found, originals)
})

/** The base, where all that came after it is the changeset's. */
const since = Effect.fnUntraced(function* (repository: string, base: string, head: Oid) {
  if (!isOid(base) || base === head) return null
  const within = isAncestor({ repository, ancestor: base, descendant: head })
  const alone = Effect.map(hasMergeCommits({ repository, base, head }), (has) => !has)
  const known = Effect.flatMap(within, (is) => (is ? alone : Effect.succeed(false)))
  return (yield* Effect.catchTag(known, "RevisionNotFound", () => Effect.succeed(false))) ? base : null
})

/** Back over the copies, as far as there are any. */
const walk = Effect.fnUntraced(function* (repository: string, last: Commit, originals: ReadonlyArray<Commit>) {
  let before = last.parents[0] ?? null
  let left = originalsBefore(last, originals)
  while (before !== null && left !== undefined && left.length > 0) {
    const commit: Commit = yield* readCommit({ repository, commit: before })
    left = commit.parents.length === 1 ? originalsBefore(commit, left) : undefined
    if (left !== undefined) before = commit.parents[0] ?? null
  }
  return before
})
