/**
 * Brings the index to the tip of the default branch, once, in the caller's transaction.
 */
import type { Database, DatabaseError } from "@drover/core"
import { type Git, type GitError, isOid, type Oid, resolveBranchTips } from "@drover/git"
import { Effect } from "effect"
import { CodeIndexLimits } from "./CodeIndexLimits.ts"
import { describeMissingBranch } from "./describeMissingBranch.ts"
import type { FileChanges } from "./FileChanges.ts"
import { holdState, type Indexed, type IndexState, saveState } from "./indexState.ts"
import { storeBlobs } from "./storeBlobs.ts"
import { deleteAllFiles, storeFiles } from "./storeFiles.ts"
import { incrementalChanges, wholeChanges } from "./treeChanges.ts"

/**
 * What it came to. `Gone`: there is no such repository. `Current`: the index had the tip already. `Indexed` counts the
 * files that were written or deleted, and the blobs that were read from git.
 *
 * @category models
 */
export type Reindexed =
  | { readonly _tag: "Gone" }
  | { readonly _tag: "Current"; readonly commitSha: string | null }
  | ({ readonly _tag: "Indexed"; readonly whole: boolean } & Indexed & Written)

interface Written {
  readonly changedFiles: number
  readonly readBlobs: number
}

/** The tip is read while the state is held: of two who index, the one that writes last has also looked last. */
export const indexTip = Effect.fnUntraced(function* (
  repositoryId: number
): Effect.fn.Return<Reindexed, GitError | DatabaseError, Git | Database> {
  const held = yield* holdState(repositoryId)
  if (held === undefined) return { _tag: "Gone" }
  const { repository, state } = held
  const branch = repository.defaultBranch
  const { tips } = yield* resolveBranchTips({ repository: repository.path, branches: [branch] })
  const tip = tips.get(branch)
  if (tip !== undefined && tip === state.commitSha) {
    // a rename of the branch, or a failure that is over
    if (state.branch !== branch || state.error !== null) yield* saveState(repositoryId, { ...state, branch })
    return { _tag: "Current", commitSha: tip }
  }
  if (tip === undefined) return yield* indexNothing(repository, state)
  return yield* indexCommit(repository, state, tip)
})

interface Repository {
  readonly id: number
  readonly path: string
  readonly defaultBranch: string
}

/** There is no such branch: the repository is empty, or the name is wrong. */
const indexNothing = Effect.fnUntraced(function* ({ defaultBranch, id, path }: Repository, state: IndexState) {
  const incompleteReason = yield* describeMissingBranch(path, defaultBranch)
  const indexed = { branch: defaultBranch, commitSha: null, files: 0, bytes: 0, incompleteReason }
  const unchanged = state.indexedAt !== null && state.commitSha === null && state.error === null
  if (unchanged && state.branch === defaultBranch && state.incompleteReason === incompleteReason) {
    return { _tag: "Current", commitSha: null } as const
  }
  const changedFiles = yield* deleteAllFiles(id)
  yield* saveState(id, indexed)
  return { _tag: "Indexed", whole: true, ...indexed, changedFiles, readBlobs: 0 } as const
})

const indexCommit = Effect.fnUntraced(function* (repository: Repository, state: IndexState, tip: Oid) {
  const { defaultBranch: branch, id, path } = repository
  const small = yield* indexDifference(repository, state, tip)
  if (small !== undefined) {
    const indexed = { branch, commitSha: tip, files: small.files, bytes: small.bytes, incompleteReason: null }
    yield* saveState(id, indexed)
    return { _tag: "Indexed", whole: false, ...indexed, ...small.written } as const
  }
  const { changes, incompleteReason, sizes, totals } = yield* wholeChanges(id, path, tip)
  const { written } = yield* write(repository, changes, sizes)
  const indexed = { branch, commitSha: tip, ...totals, incompleteReason }
  yield* saveState(id, indexed)
  return { _tag: "Indexed", whole: true, ...indexed, ...written } as const
})

/** Undefined where the whole tree must be looked at: nothing else tells, or the limits may leave something out. */
const indexDifference = Effect.fnUntraced(function* (repository: Repository, state: IndexState, tip: Oid) {
  const { commitSha } = state
  if (commitSha === null || !isOid(commitSha) || state.incomplete) return undefined
  const changes = yield* incrementalChanges(repository.path, commitSha, tip)
  if (changes === undefined) return undefined
  const { totals, written } = yield* write(repository, changes, new Map())
  const files = state.files + totals.files
  const bytes = state.bytes + totals.bytes
  const limits = yield* CodeIndexLimits
  return files > limits.files || bytes > limits.bytes ? undefined : { files, bytes, written }
})

const write = Effect.fnUntraced(function* (
  { id, path }: Repository,
  changes: FileChanges,
  sizes: ReadonlyMap<Oid, number>
) {
  const readBlobs = yield* storeBlobs({ repository: path, oids: changes.set.values(), sizes })
  const totals = yield* storeFiles(id, changes)
  return { totals, written: { changedFiles: changes.set.size + changes.deleted.length, readBlobs } }
})
