/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError, NameRejected } from "./GitError.ts"
import { branchRef } from "./RefName.ts"

/**
 * Points `HEAD` at a branch, which need not exist yet: it is what a clone checks out.
 *
 * @category operations
 * @since 0.1.0
 */
export const setDefaultBranch = Effect.fn("Git.setDefaultBranch")(function* (options: {
  /** Path of the bare repository. */
  readonly repository: string
  /** Without `refs/heads/`. */
  readonly branch: string
}): Effect.fn.Return<void, NameRejected | GitRunError, Git> {
  const git = yield* Git
  const ref = yield* branchRef(options.branch)
  yield* git.run({ args: ["symbolic-ref", "HEAD", ref], repository: options.repository })
})
