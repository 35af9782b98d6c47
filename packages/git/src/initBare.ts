/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError, NameRejected } from "./GitError.ts"
import { branchRef } from "./RefName.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface InitBareOptions {
  /** Where the repository goes. Missing folders on the way are made. */
  readonly path: string
  /** The branch that `HEAD` names. Defaults to `main`. */
  readonly defaultBranch?: string | undefined
  /** Defaults to `sha1`, which every code host takes. */
  readonly objectFormat?: "sha1" | "sha256" | undefined
}

/**
 * Makes an empty bare repository without hooks. Where there is one already, nothing changes.
 *
 * @category operations
 * @since 0.1.0
 */
export const initBare = Effect.fn("Git.initBare")(function* (
  options: InitBareOptions
): Effect.fn.Return<void, NameRejected | GitRunError, Git> {
  const git = yield* Git
  const branch = options.defaultBranch ?? "main"
  yield* branchRef(branch)
  yield* git.run({
    args: [
      "init",
      "--bare",
      "--quiet",
      "--template=",
      `--initial-branch=${branch}`,
      `--object-format=${options.objectFormat ?? "sha1"}`,
      "--",
      options.path
    ]
  })
})
