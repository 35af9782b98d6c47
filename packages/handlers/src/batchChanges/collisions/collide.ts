/**
 * Tries which heads of one base stand in each other's way.
 */
import {
  type ChangedFile,
  changedFiles,
  commitTree,
  type Git,
  type GitError,
  isOid,
  mergeTree,
  mergeTrees,
  type Oid,
  readCommit
} from "@drover/git"
import { Effect, type FileSystem, type PlatformError, type Scope } from "effect"
import { drover } from "../../pullRequests/committer.ts"
import { makeScratch } from "../revert/scratch.ts"
import type { Collision, PendingHead, RepositoryCollisions } from "./Collisions.ts"
import { mayCollide } from "./mayCollide.ts"

interface Collide {
  /** Path of the bare repository. */
  readonly repository: string
  readonly branch: string
  readonly tip: Oid
  readonly heads: ReadonlyArray<PendingHead>
  /** Whether a pair is asked about. */
  readonly wanted: (one: PendingHead, other: PendingHead) => boolean
  readonly maxPairs: number
}

export type Collided = Omit<RepositoryCollisions, "repositoryId" | "repository" | "heads">

/** Processes of git at a time. */
const AT_ONCE = 4

interface Touching {
  readonly head: PendingHead
  readonly commit: Oid
  readonly files: ReadonlyArray<ChangedFile>
}

/**
 * One head is merged into the base, and then another into that. The repository is read alone: what is merged is kept in a
 * folder beside it, and goes away.
 */
export const collide = Effect.fnUntraced(function* ({
  branch,
  heads,
  maxPairs,
  repository,
  tip,
  wanted
}: Collide): Effect.fn.Return<
  Collided,
  GitError | PlatformError.PlatformError,
  Git | FileSystem.FileSystem | Scope.Scope
> {
  const looked = yield* Effect.forEach(heads, (head) => touching(repository, tip, head), { concurrency: AT_ONCE })
  const unknown = looked.flatMap((one) => ("why" in one ? [one] : []))
  const known = looked.flatMap((one) => ("why" in one ? [] : [one]))
  const all = mayCollide(known.map(({ files }) => files))
    .map(([one, other]) => [known[one]!, known[other]!] as const)
    .filter(([one, other]) => wanted(one.head, other.head))
  const pairs = all.slice(0, maxPairs)
  const untried = all.length - pairs.length
  if (pairs.length === 0) return { collisions: [], dirty: [], unknown, merges: 0, untried }

  const folder = yield* makeScratch({ repository, branch, commit: tip })
  const involved = [...new Set(pairs.flat())]
  const merged = yield* Effect.forEach(involved, (one) => mergeInto(folder, tip, one), { concurrency: AT_ONCE })
  const landed = new Map(merged.flatMap(({ commit, one }) => (commit === undefined ? [] : [[one, commit] as const])))
  const tried = pairs.filter(([one, other]) => landed.has(one) && landed.has(other))
  const results = yield* mergeTrees({
    repository: folder,
    pairs: tried.map(([one, other]) => ({ base: landed.get(one)!, head: other.commit }))
  })
  const answers = yield* Effect.forEach(results, (result) => Effect.fromResult(result))
  return {
    collisions: tried.flatMap(([one, other], at): ReadonlyArray<Collision> => {
      const answer = answers[at]!
      return answer.clean ? [] : [{ one: one.head, other: other.head, conflictedPaths: answer.conflictedPaths }]
    }),
    dirty: merged.flatMap(({ conflictedPaths, one: { head } }) =>
      conflictedPaths === undefined ? [] : [{ head, conflictedPaths }]
    ),
    unknown,
    merges: involved.length + tried.length,
    untried
  }
})

/** What a head changed since it left its base. */
const touching = Effect.fnUntraced(function* (repository: string, tip: Oid, head: PendingHead) {
  const commit = head.headSha
  const missing = { head, why: "its head is not in the repository: fetch it" }
  if (!isOid(commit)) return missing
  return yield* changedFiles({ repository, base: tip, head: commit }).pipe(
    Effect.map((files): Touching => ({ head, commit, files })),
    Effect.catchTags({
      RevisionNotFound: () => Effect.succeed(missing),
      UnrelatedHistories: () => Effect.succeed({ head, why: `it shares no history with ${head.baseRef}` })
    })
  )
})

const mergeInto = Effect.fnUntraced(function* (repository: string, tip: Oid, one: Touching) {
  const merge = yield* mergeTree({ repository, base: tip, head: one.commit, keepObjects: true })
  if (!merge.clean) return { one, conflictedPaths: merge.conflictedPaths, commit: undefined }
  const { committer } = yield* readCommit({ repository, commit: one.commit })
  const commit = yield* commitTree({
    repository,
    tree: merge.tree,
    parents: [tip, one.commit],
    message: "Merge",
    author: { ...drover, at: committer.at }
  })
  return { one, conflictedPaths: undefined, commit }
})
