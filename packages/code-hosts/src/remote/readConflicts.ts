import { Effect } from "effect"
import type { GitRunner, Remote } from "./RemoteGit.ts"

/** @category models */
export interface Conflicts {
  /** None: they merge. */
  readonly paths: ReadonlyArray<string>
}

/**
 * Where two commits of a host conflict, found by merging them on this machine's disk; null: it cannot be said, as where
 * they cannot be fetched. For hosts whose own word on it is late or old.
 */
export const readConflicts = Effect.fn("readConflicts")(function* (
  git: GitRunner,
  remote: Remote,
  base: string,
  head: string
): Effect.fn.Return<Conflicts | null> {
  for (const commit of [base, head]) {
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return null
    const known = yield* git.run(remote, ["cat-file", "-e", `${commit}^{commit}`])
    if (known.exitCode === 0) continue
    const fetched = yield* git.run(remote, [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      remote.url,
      commit
    ])
    if (fetched.exitCode !== 0) return null
  }
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", base, head]
  const { exitCode, stdout } = yield* git.run(remote, args)
  const [tree = "", ...paths] = stdout.split("\0")
  // an unknown commit is 1 too, and has no tree
  if ((exitCode !== 0 && exitCode !== 1) || !/^[0-9a-f]{40,64}$/.test(tree)) return null
  return { paths: exitCode === 0 ? [] : [...new Set(paths.filter((path) => path !== ""))] }
})
