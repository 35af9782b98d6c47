import { type Git, type GitError, isAncestor, isOid, type Oid } from "@drover/git"
import { Effect } from "effect"
import type { Left } from "./decidePush.ts"

/** Of the places where Drover left a branch, the one that its tip has nearest in its history; undefined: none. */
export const nearestLeft = Effect.fnUntraced(function* (
  repository: string,
  tip: Oid,
  left: ReadonlyArray<Left>
): Effect.fn.Return<Left | undefined, GitError, Git> {
  let nearest: (Left & { readonly commit: Oid }) | undefined
  for (const { built, commit } of left) {
    if (!isOid(commit) || !(yield* has(repository, commit, tip))) continue
    if (nearest === undefined || (yield* has(repository, nearest.commit, commit))) nearest = { built, commit }
  }
  return nearest
})

/** What is no longer in the repository is in no history. */
const has = (repository: string, ancestor: Oid, descendant: Oid) =>
  Effect.catchTag(isAncestor({ repository, ancestor, descendant }), "RevisionNotFound", () => Effect.succeed(false))
