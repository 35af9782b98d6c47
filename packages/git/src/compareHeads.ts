/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { AheadBehind } from "./aheadBehind.ts"
import { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { type CommitGraph, commitGraph, type Reach } from "./internal/CommitGraph.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import { line, text } from "./internal/text.ts"
import { mergeBase } from "./mergeBase.ts"
import { isOid, type Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface CompareHeadsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly base: Oid
  /** Any number. */
  readonly heads: ReadonlyArray<Oid>
}

/**
 * How a head stands to its base: what `aheadBehind`, `hasMergeCommits` and `mergeBase` say of the two.
 *
 * @category models
 * @since 0.1.0
 */
export interface ComparedHead extends AheadBehind {
  readonly mergeCommits: boolean
  /** Where they parted; null where they share no history. */
  readonly mergeBase: Oid | null
}

/**
 * Compares many heads with one base, in three processes however many they are: git tells what only the heads have and
 * what the base has since the oldest of them left it, and the counting is done here.
 *
 * Fails with `RevisionNotFound` when one of the commits does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const compareHeads = Effect.fn("Git.compareHeads")(function* ({
  base,
  heads,
  repository
}: CompareHeadsOptions): Effect.fn.Return<ReadonlyMap<Oid, ComparedHead>, RevisionNotFound | GitRunError, Git> {
  const compared = new Map<Oid, ComparedHead>()
  const distinct = Array.from(new Set(heads))
  if (distinct.length === 0) return compared
  const stdin = [`^${base}`, ...distinct].map((revision) => `${revision}\n`).join("")
  const output = yield* runOnCommits({ args: ["rev-list", "--parents", "--stdin"], repository, stdin }, [
    base,
    ...distinct
  ])
  const ahead = commitGraph(text(output.stdout))
  const reached = distinct.map((head) => ({ head, ...ahead.reach([head]) }))
  const behind = yield* historySince(
    repository,
    base,
    reached.map(({ boundary }) => boundary)
  )
  const known = new Map<string, Behind>()
  for (const { boundary, commits, head, mergeCommits } of reached) {
    const key = boundary.join(" ")
    const since = known.get(key) ?? standing(behind, boundary)
    known.set(key, since)
    const start = since.candidates.length > 1 ? yield* pick(repository, base, head) : (since.candidates[0] ?? null)
    compared.set(head, { ahead: commits, behind: since.behind, mergeCommits, mergeBase: start })
  }
  return compared
})

/** The base's commits since the last one that all of these have; all of its history where there is none. */
const historySince = Effect.fnUntraced(function* (
  repository: string,
  base: Oid,
  boundaries: ReadonlyArray<ReadonlyArray<Oid>>
) {
  const git = yield* Git
  const starts = Array.from(new Set(boundaries.flat()))
  // one that shares nothing is behind by everything
  const shared = boundaries.every((boundary) => boundary.length > 0) ? yield* commonAncestor(repository, starts) : null
  const since = shared === null ? [] : [`^${shared}`]
  const output = yield* git.run({ args: ["rev-list", "--parents", base, ...since, "--"], repository })
  return commitGraph(text(output.stdout))
})

/** In steps, since the arguments of a process cannot be many. */
const commonAncestor = Effect.fnUntraced(function* (repository: string, commits: ReadonlyArray<Oid>) {
  const git = yield* Git
  let shared: Oid | null = commits[0] ?? null
  for (let at = 1; at < commits.length && shared !== null; at += ARGUMENTS) {
    const args = ["merge-base", "--octopus", shared, ...commits.slice(at, at + ARGUMENTS)] as const
    const answer: string = line((yield* git.run({ args, repository, answers: [0, 1] })).stdout)
    shared = isOid(answer) ? answer : null
  }
  return shared
})

const ARGUMENTS = 500

interface Behind {
  readonly behind: number
  /** Common ancestors that no other of them has; several after criss-cross merges. */
  readonly candidates: ReadonlyArray<Oid>
}

const standing = (history: CommitGraph, boundary: ReadonlyArray<Oid>): Behind => {
  const reach: Reach = history.reach(boundary)
  const behind = history.size - reach.commits
  // whoever can be reached from another is not the nearest; what lies before the history is before all of it
  const candidates =
    boundary.length < 2
      ? boundary
      : boundary.filter((commit) =>
          boundary.every((other) => {
            if (other === commit) return true
            const from = history.reach([other])
            return !from.passes(commit) && !from.boundary.includes(commit)
          })
        )
  return { behind, candidates }
}

/** Git has an order among several. */
const pick = (repository: string, base: Oid, head: Oid) =>
  mergeBase({ repository, base, head }).pipe(Effect.catchTag("UnrelatedHistories", () => Effect.succeed(null)))
