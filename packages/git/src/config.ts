/**
 * Settings of one repository, as its own `config` file has them: not the host's, not a user's, and not those of a file
 * that it includes.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError } from "./GitError.ts"
import { fields } from "./internal/text.ts"

/**
 * Every value of a setting, such as `core.hooksPath`, the one that counts last.
 *
 * @category operations
 * @since 0.1.0
 */
export const readConfig = Effect.fn("Git.readConfig")(function* (
  repository: string,
  key: string
): Effect.fn.Return<ReadonlyArray<string>, GitRunError, Git> {
  const git = yield* Git
  const output = yield* git.run({
    args: ["config", "--local", "--no-includes", "-z", "--get-all", key],
    repository,
    answers: [0, 1]
  })
  return fields(output.stdout)
})

/**
 * Adds a value to a setting that has it not, after those that it has.
 *
 * @category operations
 * @since 0.1.0
 */
export const writeConfig = Effect.fn("Git.writeConfig")(function* (
  repository: string,
  key: string,
  value: string
): Effect.fn.Return<void, GitRunError, Git> {
  const git = yield* Git
  if ((yield* readConfig(repository, key)).includes(value)) return
  yield* git.run({ args: ["config", "--local", "--add", key, value], repository })
})
