import { Effect, Stream } from "effect"
import { Git } from "../Git.ts"
import type { GitCommand } from "../GitCommand.ts"
import type { GitRunError, RevisionNotFound } from "../GitError.ts"
import type { Oid } from "../Oid.ts"
import { requireCommits } from "./runOnCommits.ts"

/** As `runOnCommits`, for a command whose output is taken as it comes. */
export const streamOnCommits = (
  command: GitCommand & { readonly repository: string },
  oids: ReadonlyArray<Oid>
): Stream.Stream<Uint8Array, GitRunError | RevisionNotFound, Git> =>
  Stream.unwrap(Git.use((git) => Effect.succeed(git.stream(command)))).pipe(
    Stream.catchTag("GitFailed", (failure) =>
      Stream.fromEffect(Effect.andThen(requireCommits(command.repository, oids), Effect.fail(failure)))
    )
  )
