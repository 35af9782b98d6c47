import { Effect } from "effect"
import { Git } from "../Git.ts"
import { GitFailed, type GitRunError } from "../GitError.ts"
import type { MergeResult } from "../MergeResult.ts"
import { isOid, type Oid } from "../Oid.ts"
import { fields } from "./text.ts"

/** What is merged, and where git finds and keeps objects. */
interface RunMergeTree {
  readonly repository: string
  readonly base: Oid
  readonly head: Oid
  readonly env: Readonly<Record<string, string>>
}

/** One `git merge-tree`. Fails with `GitFailed` for whatever is neither a clean merge nor a conflict. */
export const runMergeTree = Effect.fnUntraced(function* ({
  base,
  env,
  head,
  repository
}: RunMergeTree): Effect.fn.Return<MergeResult, GitRunError, Git> {
  const git = yield* Git
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", "--end-of-options", base, head]
  const command = { args: args as [string, ...Array<string>], repository, env, answers: [0, 1] }
  const output = yield* git.run(command)
  const [tree, ...paths] = fields(output.stdout)
  // Exit code 1 means a conflict, but also a revision that does not exist; only a conflict has a tree.
  // And before 2.44 git takes a tree it cannot read for an empty one: it grumbles, and merges on.
  if (tree === undefined || !isOid(tree) || /^error: /m.test(output.stderr)) {
    return yield* new GitFailed({ args, exitCode: output.exitCode, stderr: output.stderr })
  }
  return output.exitCode === 0 ? { clean: true, tree } : { clean: false, tree, conflictedPaths: paths }
})
