/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError } from "./GitError.ts"
import { parseRefs } from "./internal/readRefs.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ListRefsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Where to look. Defaults to branches and tags. */
  readonly under?: ReadonlyArray<string> | undefined
}

/**
 * Reads what every branch and tag points at, at one moment, in one process, by full name and in the order of the
 * names. An annotated tag points at its tag object.
 *
 * @category operations
 * @since 0.1.0
 */
export const listRefs = Effect.fn("Git.listRefs")(function* ({
  repository,
  under = ["refs/heads/", "refs/tags/"]
}: ListRefsOptions): Effect.fn.Return<ReadonlyMap<string, Oid>, GitRunError, Git> {
  const git = yield* Git
  const output = yield* git.run({
    args: ["for-each-ref", "--format=%(objectname) %(refname)", "--", ...under],
    repository
  })
  return parseRefs(output.stdout)
})
