import { Effect } from "effect"
import { GitFailed } from "../GitError.ts"
import type { GitCommand, GitOutput } from "../GitCommand.ts"
import { isOid, type Oid } from "../Oid.ts"
import { line } from "./text.ts"

/** The id that a command answered with; an answer of any other shape is a failure of git. */
export const readOid =
  (command: GitCommand) =>
  (output: GitOutput): Effect.Effect<Oid, GitFailed> => {
    const answer = line(output.stdout)
    return isOid(answer)
      ? Effect.succeed(answer)
      : Effect.fail(new GitFailed({ args: command.args, exitCode: output.exitCode, stderr: output.stderr }))
  }
