/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import { type GitRunError, RevisionNotFound } from "./GitError.ts"
import { readOid } from "./internal/readOid.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ResolveCommitOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Whatever names one commit: a branch, a tag, a short id, `main~2`. */
  readonly revision: string
}

/**
 * Finds the one commit that a revision names, with git's own rules for names that could mean several things.
 *
 * Fails with `RevisionNotFound` when it names none, or something that is no commit. A revision that begins
 * with a dash never reaches git.
 *
 * @category operations
 * @since 0.1.0
 */
export const resolveCommit = Effect.fn("Git.resolveCommit")(function* (
  options: ResolveCommitOptions
): Effect.fn.Return<Oid, RevisionNotFound | GitRunError, Git> {
  const { repository, revision } = options
  if (revision.startsWith("-") || revision.includes("\0")) return yield* new RevisionNotFound({ revision })
  const git = yield* Git
  const command = {
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
    repository,
    answers: [0, 1]
  } as const
  const output = yield* git.run(command)
  if (output.exitCode === 1) return yield* new RevisionNotFound({ revision })
  return yield* readOid(command)(output)
})
