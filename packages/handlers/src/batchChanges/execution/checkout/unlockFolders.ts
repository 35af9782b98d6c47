/**
 * Makes folders removable that a step has closed to everybody, itself included. Never fails: the removal says what is wrong.
 */
import { Git } from "@drover/git"
import { Effect } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"

export const unlockFolders = Effect.fnUntraced(function* (folder: string) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const { environment } = yield* Git
  // `find` looks at a folder before it goes into it
  const args = ["-P", folder, "-type", "d", "!", "-perm", "-700", "-exec", "chmod", "u+rwx", "{}", ";"]
  const find = ChildProcess.make("find", args, {
    env: environment,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore"
  })
  yield* Effect.ignore(Effect.scoped(Effect.flatMap(spawner.spawn(find), (process) => process.exitCode)))
})
