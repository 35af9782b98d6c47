/**
 * Puts what a new spec changed on top of what people committed.
 */
import {
  commitTree,
  type Git,
  type GitError,
  isAncestor,
  isOid,
  mergeFromBase,
  type Oid,
  readCommit
} from "@drover/git"
import { Effect } from "effect"
import { buildCommit, messageOf, signatureOf } from "./buildCommit.ts"
import type { CommitUnbuildable } from "./CommitUnbuildable.ts"
import type { PushChangeset } from "./Push.ts"

interface Reapply extends Pick<PushChangeset<never, never>, "repository" | "spec" | "previousSpec"> {
  /** The commit of the spec before, alone. */
  readonly from: string
  readonly built: Oid
  readonly tip: Oid
}

export type Reapplied =
  /** A commit on top of the tip. */
  | { readonly _tag: "Clean"; readonly commit: Oid }
  /** The tip has it already. */
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Conflict"; readonly paths: ReadonlyArray<string> }
  /** Nobody has the commit of the spec before any more, so nobody can say what changed. */
  | { readonly _tag: "Forgotten" }

/**
 * Where the new spec has a newer base than the tip, the commit is a merge of that base too: it has its changes, and the
 * pull request must not show them as its own. Dated by the tip, so that the same is the same commit.
 */
export const reapply = Effect.fnUntraced(function* (
  options: Reapply
): Effect.fn.Return<Reapplied, CommitUnbuildable | GitError, Git> {
  const { built, repository: host, spec, tip } = options
  const repository = host.path
  const base = yield* previousCommit(options)
  if (base === undefined) return { _tag: "Forgotten" }
  const merged = yield* Effect.scoped(mergeFromBase({ repository, base, ours: tip, theirs: built }))
  if (!merged.clean) return { _tag: "Conflict", paths: merged.conflictedPaths }
  const onto = yield* readCommit({ repository, commit: tip })
  if (merged.tree === onto.tree) return { _tag: "Nothing" }
  const { parents } = yield* readCommit({ repository, commit: built })
  const missing = yield* Effect.filter(parents, (ancestor) =>
    Effect.map(isAncestor({ repository, ancestor, descendant: tip }), (has) => !has)
  )
  const commit = yield* commitTree({
    repository,
    tree: merged.tree,
    parents: [tip, ...missing],
    message: messageOf(spec),
    author: signatureOf(spec, onto.committer)
  })
  return { _tag: "Clean", commit }
})

/** A commit that no branch has may be pruned, and is built again. */
const previousCommit = Effect.fnUntraced(function* ({ from, previousSpec, repository }: Reapply) {
  if (!isOid(from)) return undefined
  const found = yield* readCommit({ repository: repository.path, commit: from }).pipe(
    Effect.as(true),
    Effect.catchTag("RevisionNotFound", () => Effect.succeed(false))
  )
  if (found) return from
  if (previousSpec === undefined) return undefined
  const again = yield* buildCommit({ repository, spec: previousSpec }).pipe(
    Effect.catchTag("CommitUnbuildable", () => Effect.succeed(undefined))
  )
  return again === from ? from : undefined
})
