/**
 * Takes back from one branch what was merged into it.
 */
import {
  commitTree,
  compareHeads,
  type Git,
  type GitError,
  isOid,
  mergeFromBase,
  type Oid,
  readCommit
} from "@drover/git"
import { Effect, type FileSystem, type PlatformError, type Scope } from "effect"
import { drover } from "../../pullRequests/committer.ts"
import type { Repository } from "../../repositories/findRepository.ts"
import type { ChangesetView } from "../reads/listChangesets.ts"
import { beforeMerge } from "./beforeMerge.ts"
import { decideUndoing, type UndoingFacts } from "./decideUndoing.ts"
import { makeScratch, textDiffOf, tipOf } from "./scratch.ts"
import { type Decided, tell, type Undoing } from "./Undoing.ts"

/** With what its spec was made for. @category models */
export interface Candidate {
  readonly changeset: ChangesetView
  readonly baseSha: string | null
}

/** @category models */
export interface UndoneBranch {
  readonly repository: string
  readonly branch: string
  /** Undefined: there is nothing to undo. */
  readonly diff: string | undefined
  readonly changesets: ReadonlyArray<Undoing>
}

/** A merge that the branch has, and how many commits it has beside it. */
interface Within extends Candidate {
  readonly commit: Oid
  readonly behind: number
}

/**
 * What was merged last is undone first, each on what the one before left; one that conflicts is left out, and the others
 * go on. The repository is read alone: all that is written goes to a folder beside it, and away.
 */
export const undoBranch = Effect.fnUntraced(function* (
  repository: Repository,
  branch: string,
  candidates: ReadonlyArray<Candidate>
): Effect.fn.Return<UndoneBranch, GitError | PlatformError.PlatformError, Git | FileSystem.FileSystem | Scope.Scope> {
  const told: Array<Undoing> = []
  const factsOf = ({ changeset }: Candidate, more: Partial<UndoingFacts> = {}): UndoingFacts => ({
    repository: {
      name: repository.name,
      archived: repository.archivedAt !== null,
      deleted: repository.deletedAt !== null
    },
    baseRef: branch,
    externalState: changeset.externalState,
    mergeCommitSha: changeset.mergeCommitSha,
    ...more
  })
  const settled = (one: Candidate, more?: Partial<UndoingFacts>): boolean => {
    const decided = decideUndoing(factsOf(one, more))
    if (decided !== undefined) told.push(tell(one.changeset, decided))
    return decided !== undefined
  }
  const done = (diff?: string): UndoneBranch => ({ repository: repository.name, branch, diff, changesets: told })

  const merged = candidates.filter((one) => !settled(one))
  if (merged.length === 0) return done()
  const tip = yield* tipOf(repository.path, branch)
  if (tip === null) {
    merged.forEach((one) => settled(one, { tip }))
    return done()
  }
  const folder = yield* makeScratch({ repository: repository.path, branch, commit: tip })
  const { tree: from } = yield* readCommit({ repository: folder, commit: tip })
  let [ours, files] = [tip, from]
  for (const one of yield* lastFirst(folder, tip, merged, settled)) {
    const before = yield* beforeMerge({
      ...one.changeset,
      ...one,
      repository: folder,
      headSha: one.changeset.externalHeadSha
    })
    if (before === null) {
      settled(one, { before })
      continue
    }
    const merge = yield* mergeFromBase({ repository: folder, base: one.commit, ours, theirs: before })
    const decided = decideUndoing(factsOf(one, { undone: { from: files, merge } }))
    if (decided !== undefined) told.push(tell(one.changeset, decided))
    if (decided?.fate !== "undone") continue
    files = merge.tree
    ours = yield* scratchCommit(folder, files, ours)
  }
  const diff = from === files ? undefined : yield* textDiffOf({ folder, from, to: files })
  if (typeof diff === "string") return done(diff)
  return {
    ...done(),
    changesets: told.map((one) => (one.fate === "undone" ? { ...one, ...without(diff, branch) } : one))
  }
})

const without = (diff: { readonly maxBytes: number } | undefined, branch: string): Decided => ({
  fate: diff === undefined ? "nothing" : "impossible",
  conflictedPaths: [],
  why:
    diff === undefined
      ? `${branch} is as if it and what came after it had never been`
      : `what undoes it is longer than ${diff.maxBytes} bytes: revert it by hand`
})

/** Of two commits of a branch, the later one is behind its tip by less. */
const lastFirst = Effect.fnUntraced(function* (
  folder: string,
  tip: Oid,
  candidates: ReadonlyArray<Candidate>,
  settled: (one: Candidate, facts: Partial<UndoingFacts>) => boolean
) {
  const found = yield* Effect.forEach(candidates, (one) => {
    const commit = one.changeset.mergeCommitSha ?? ""
    if (!isOid(commit)) return Effect.succeed([])
    return readCommit({ repository: folder, commit }).pipe(
      Effect.map(() => [{ ...one, commit }]),
      Effect.catchTag("RevisionNotFound", () => Effect.succeed([]))
    )
  })
  candidates.forEach((one, at) => found[at]?.length === 0 && settled(one, { tip, standing: "missing" }))
  const heads = found.flat()
  const compared = yield* compareHeads({ repository: folder, base: tip, heads: heads.map(({ commit }) => commit) })
  return heads
    .flatMap((one): ReadonlyArray<Within> => {
      const standing = compared.get(one.commit)
      if (standing?.ahead === 0) return [{ ...one, behind: standing.behind }]
      settled(one, { tip, standing: "outside" })
      return []
    })
    .toSorted((a, b) => a.behind - b.behind || b.changeset.id - a.changeset.id)
})

const scratchCommit = Effect.fnUntraced(function* (repository: string, tree: Oid, parent: Oid) {
  const { committer } = yield* readCommit({ repository, commit: parent })
  const author = { ...drover, at: committer.at }
  return yield* commitTree({ repository, tree, parents: [parent], message: "Undo", author })
})
