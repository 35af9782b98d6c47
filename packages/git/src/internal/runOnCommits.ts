import { Effect } from "effect"
import { Git } from "../Git.ts"
import type { GitCommand } from "../GitCommand.ts"
import { RevisionNotFound } from "../GitError.ts"
import type { Oid } from "../Oid.ts"
import { text } from "./text.ts"

/**
 * Runs a command that needs these commits to exist. When it fails and one of them does not, the failure
 * is `RevisionNotFound`. Looking only after a failure costs a success nothing, and leaves no gap between
 * the look and the use.
 */
export const runOnCommits = Effect.fnUntraced(function* (
  command: GitCommand & { readonly repository: string },
  oids: ReadonlyArray<Oid>
) {
  const git = yield* Git
  return yield* git
    .run(command)
    .pipe(
      Effect.catchTag("GitFailed", (failure) =>
        Effect.andThen(requireCommits(command.repository, oids), Effect.fail(failure))
      )
    )
})

/** Fails with `RevisionNotFound` for the first of these ids that is no commit of the repository. One process. */
export const requireCommits = Effect.fnUntraced(function* (repository: string, oids: ReadonlyArray<Oid>) {
  const git = yield* Git
  const output = yield* git.run({
    args: ["cat-file", "--batch-check"],
    repository,
    stdin: oids.map((oid) => `${oid}^{commit}\n`).join("")
  })
  const answers = text(output.stdout).split("\n")
  const missing = oids.find((_, index) => answers[index]?.endsWith(" missing") === true)
  yield* missing === undefined ? Effect.void : Effect.fail(new RevisionNotFound({ revision: missing }))
})
