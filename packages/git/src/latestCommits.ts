/**
 * The newest commits of a push, with the paths that each changed.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError, RevisionNotFound } from "./GitError.ts"
import { readCommits } from "./internal/readCommits.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import { fields, text } from "./internal/text.ts"
import { type Commit, toCommit } from "./listCommits.ts"
import { isOid, type Oid } from "./Oid.ts"

/**
 * A commit, and the paths in which it differs from its first parent. A renamed file is one removed and one added.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommitWithPaths extends Commit {
  readonly added: ReadonlyArray<string>
  readonly modified: ReadonlyArray<string>
  readonly removed: ReadonlyArray<string>
}

/**
 * @category options
 * @since 0.1.0
 */
export interface LatestCommitsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly head: Oid
  /** Commits that were there before, whose histories are left out. */
  readonly without: ReadonlyArray<Oid>
  /** How many at most, the newest ones. */
  readonly limit: number
}

/**
 * Reads the newest commits that only the head has, oldest first, parents before children.
 *
 * Fails with `RevisionNotFound` when a commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const latestCommits = Effect.fn("Git.latestCommits")(function* ({
  head,
  limit,
  repository,
  without
}: LatestCommitsOptions): Effect.fn.Return<ReadonlyArray<CommitWithPaths>, RevisionNotFound | GitRunError, Git> {
  const args = [
    "rev-list",
    "--topo-order",
    `--max-count=${limit}`,
    "--end-of-options",
    head,
    ...without.map((oid) => `^${oid}`),
    "--"
  ] as const
  const listed = yield* runOnCommits({ args, repository }, [head, ...without])
  const oids = text(listed.stdout)
    .split("\n")
    .filter((oid): oid is Oid => isOid(oid))
    .toReversed()
  const commits = yield* readCommits(repository, oids)
  const paths = yield* readPaths(
    repository,
    commits.map(({ oid, parents }) => [oid, ...parents.slice(0, 1)])
  )
  return commits.map((commit) => ({ ...toCommit(commit), ...(paths.get(commit.oid) ?? nothing()) }))
})

interface Paths {
  readonly added: Array<string>
  readonly modified: Array<string>
  readonly removed: Array<string>
}

const nothing = (): Paths => ({ added: [], modified: [], removed: [] })

/** Commits with the parent that each is compared with. One process. */
const readPaths = Effect.fnUntraced(function* (repository: string, pairs: ReadonlyArray<ReadonlyArray<Oid>>) {
  const found = new Map<string, Paths>()
  if (pairs.length === 0) return found
  const git = yield* Git
  const output = yield* git.run({
    args: ["diff-tree", "--stdin", "-r", "-z", "--root", "--no-renames", "--name-status"],
    repository,
    stdin: pairs.map((pair) => `${pair.join(" ")}\n`).join("")
  })
  let current = nothing()
  const records = fields(output.stdout)
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? ""
    if (isOid(record)) {
      current = nothing()
      found.set(record, current)
      continue
    }
    const path = records[++index] ?? ""
    const list = record === "A" ? current.added : record === "D" ? current.removed : current.modified
    list.push(path)
  }
  return found
})
