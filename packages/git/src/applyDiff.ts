/**
 * Applying a diff to a commit, without a work tree.
 *
 * @since 0.1.0
 */
import { Effect, type Scope } from "effect"
import { Git } from "./Git.ts"
import {
  type GitFailed,
  type GitRunError,
  PatchRejected,
  type RevisionNotFound,
  type TemporaryFolderUnavailable
} from "./GitError.ts"
import { readOid } from "./internal/readOid.ts"
import { runOnCommits } from "./internal/runOnCommits.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ApplyDiffOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** The commit that the diff is applied to. */
  readonly commit: Oid
  /**
   * As `git diff --binary` writes it: `a/` and `b/` before the paths. Bytes, since files need not be UTF-8. An empty one
   * changes nothing.
   */
  readonly diff: Uint8Array
}

/**
 * Gives the tree that a commit has with a diff applied, written to the repository. No commit is made and no ref moves.
 * All of the diff is applied or none of it: no hunk is guessed at, though its lines may have moved.
 *
 * Fails with `PatchRejected`, in git's words, for a diff that does not fit the commit or is none; with `RevisionNotFound`
 * when the commit does not exist.
 *
 * @category operations
 * @since 0.1.0
 */
export const applyDiff = Effect.fn("Git.applyDiff")(function* ({
  commit,
  diff,
  repository
}: ApplyDiffOptions): Effect.fn.Return<
  Oid,
  PatchRejected | RevisionNotFound | TemporaryFolderUnavailable | GitRunError,
  Git | Scope.Scope
> {
  const git = yield* Git
  const env = { GIT_INDEX_FILE: `${yield* git.temporaryFolder}/index` }
  yield* runOnCommits({ args: ["read-tree", commit], repository, env }, [commit])
  if (diff.byteLength > 0) {
    yield* git
      .run({
        args: ["apply", "--cached", "--binary", "--whitespace=nowarn", "-"],
        repository,
        env,
        stdin: diff
      })
      .pipe(Effect.catchTag("GitFailed", reject))
  }
  const writeTree = { args: ["write-tree"], repository, env } as const
  return yield* git.run(writeTree).pipe(Effect.flatMap(readOid(writeTree)))
}, Effect.scoped)

/** 1: it does not fit. 128: it is no diff; or something else is wrong, of which git says that it is fatal. */
const reject = (failure: GitFailed): Effect.Effect<never, PatchRejected | GitFailed> => {
  const said = failure.stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
  const own = failure.exitCode === 1 || (failure.exitCode === 128 && !said.some((line) => line.startsWith("fatal:")))
  return Effect.fail(
    own ? new PatchRejected({ explanation: said.map((line) => line.replace(/^error: /, "")).join("; ") }) : failure
  )
}
