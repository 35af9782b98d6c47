/**
 * @since 0.1.0
 */
import { Effect, Result, type Scope } from "effect"
import type { CommitPair } from "./CommitPair.ts"
import { Git } from "./Git.ts"
import type {
  GitFailed,
  GitOutputTooLarge,
  GitRunError,
  GitTimedOut,
  RevisionNotFound,
  TemporaryFolderUnavailable,
  UnrelatedHistories
} from "./GitError.ts"
import { parseMerges } from "./internal/parseMerges.ts"
import { separateObjects } from "./internal/separateObjects.ts"
import type { MergeResult } from "./MergeResult.ts"
import { mergeTree } from "./mergeTree.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface MergeTreesOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** What is merged into what. Any number. */
  readonly pairs: ReadonlyArray<Omit<CommitPair, "repository">>
}

/**
 * Why one pair of many could not be merged. The others are not touched by it.
 *
 * @category errors
 * @since 0.1.0
 */
export type PairError = RevisionNotFound | UnrelatedHistories | GitTimedOut | GitOutputTooLarge | GitFailed

/**
 * Merges many pairs of commits, as `mergeTree` does each, in one process for some hundreds of them. Gives a result
 * for each pair, in their order. The repository is left as it is: no tree of an answer is stored.
 *
 * A pair that git gives up on (a commit that is not there, histories that never met) ends the process. What it said
 * until then is kept, that pair is asked about alone, and another process goes on behind it.
 *
 * @category operations
 * @since 0.1.0
 */
export const mergeTrees = Effect.fn("Git.mergeTrees")(function* ({
  pairs,
  repository
}: MergeTreesOptions): Effect.fn.Return<
  ReadonlyArray<Result.Result<MergeResult, PairError>>,
  TemporaryFolderUnavailable | GitRunError,
  Git
> {
  const results: Array<Result.Result<MergeResult, PairError>> = []
  let size = AT_ONCE
  while (results.length < pairs.length) {
    const asked: MergeTreesOptions["pairs"] = pairs.slice(results.length, results.length + size)
    const answer: ReadonlyArray<MergeResult> | GitTimedOut | GitOutputTooLarge = yield* Effect.scoped(
      mergeAll(repository, asked)
    ).pipe(
      Effect.catchTags({
        GitTimedOut: (error) => Effect.succeed(error),
        GitOutputTooLarge: (error) => Effect.succeed(error)
      })
    )
    if ("_tag" in answer) {
      // too much for one process, perhaps because of one pair: fewer, down to that one alone
      if (asked.length === 1) results.push(Result.fail(answer))
      else size = Math.ceil(asked.length / 4)
      continue
    }
    results.push(...answer.map(Result.succeed))
    size = AT_ONCE
    const stuck = asked[answer.length]
    if (stuck !== undefined) results.push(yield* mergeAlone(repository, stuck))
  }
  return results
})

/** Few enough that a process ends well before its deadline in a large repository. */
const AT_ONCE = 500

/** The merges up to the first that git gave up on. */
const mergeAll = Effect.fnUntraced(function* (
  repository: string,
  pairs: MergeTreesOptions["pairs"]
): Effect.fn.Return<ReadonlyArray<MergeResult>, TemporaryFolderUnavailable | GitRunError, Git | Scope.Scope> {
  const git = yield* Git
  const output = yield* git.run({
    args: ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", "--stdin"],
    repository,
    env: yield* separateObjects(repository),
    stdin: pairs.map(({ base, head }) => `${base} ${head}\n`).join(""),
    answers: [0, 1, 128]
  })
  // before 2.44 git takes a tree it cannot read for an empty one: it grumbles, and merges on. Whose that was it does not say.
  return /^error: /m.test(output.stderr) ? [] : parseMerges(output.stdout)
})

const mergeAlone = (repository: string, pair: MergeTreesOptions["pairs"][number]) =>
  mergeTree({ ...pair, repository }).pipe(
    Effect.map((merge): Result.Result<MergeResult, PairError> => Result.succeed(merge)),
    Effect.catchTags({
      RevisionNotFound: (error) => Effect.succeed(Result.fail(error)),
      UnrelatedHistories: (error) => Effect.succeed(Result.fail(error)),
      GitTimedOut: (error) => Effect.succeed(Result.fail(error)),
      GitOutputTooLarge: (error) => Effect.succeed(Result.fail(error)),
      GitFailed: (error) => Effect.succeed(Result.fail(error))
    })
  )
