/**
 * Says of a repository without its default branch whether it is empty, or has something that is not indexed.
 */
import { Git } from "@drover/git"
import { Effect } from "effect"

/** Null: it has no branch at all. One process. */
export const describeMissingBranch = Effect.fnUntraced(function* (repository: string, branch: string) {
  const git = yield* Git
  const { stdout } = yield* git.run({ args: ["for-each-ref", "--count=1", "--", "refs/heads/"], repository })
  return stdout.byteLength === 0 ? null : `there is no branch ${JSON.stringify(branch)}, which is the default one`
})
