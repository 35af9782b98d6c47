import { type Duration, Effect, type PlatformError, Stream } from "effect"
import { ChildProcess, type ChildProcessSpawner } from "effect/process"
import type { GitCommand, GitOutput } from "../GitCommand.ts"
import { GitFailed, GitNotInstalled, GitOutputTooLarge, type GitRunError, RepositoryNotFound } from "../GitError.ts"
import { concat, text, toBytes } from "./text.ts"

/** The first git that merges without a work tree. */
export const requiredVersion = "2.38"

interface ProcessLimits {
  readonly killAfter: Duration.Input
  readonly maxOutputBytes: number
}

/** Spawns git, feeds it, reads all it says, and sorts how it ended. The process never outlives the effect. */
export const runProcess = Effect.fnUntraced(function* (
  spawner: ChildProcessSpawner.ChildProcessSpawner["Service"],
  command: GitCommand,
  environment: Readonly<Record<string, string>>,
  limits: ProcessLimits
): Effect.fn.Return<GitOutput, GitRunError> {
  const { args, repository } = command
  if (repository?.includes("\0") === true) return yield* new RepositoryNotFound({ path: repository })

  const output = yield* spawner
    .spawn(
      // `--git-dir`, unlike `-C`, never falls back to a repository further up.
      ChildProcess.make("git", repository === undefined ? args : [`--git-dir=${repository}`, ...args], {
        env: { ...environment, ...command.env },
        stdin: command.stdin === undefined ? "ignore" : Stream.succeed(toBytes(command.stdin)),
        forceKillAfter: limits.killAfter
      })
    )
    .pipe(
      Effect.flatMap((process) =>
        Effect.all(
          {
            stdout: collect(process.stdout, limits.maxOutputBytes, args[0]),
            stderr: collectEnd(process.stderr),
            exitCode: process.exitCode
          },
          { concurrency: "unbounded" }
        )
      ),
      Effect.catchReasons(
        "PlatformError",
        {
          NotFound: () => Effect.fail(new GitNotInstalled({ found: null, required: requiredVersion })),
          BadArgument: (reason) => Effect.die(reason)
        },
        (reason) => Effect.fail(new GitFailed({ args, exitCode: null, stderr: reason.message }))
      ),
      Effect.scoped
    )

  if ((command.answers ?? [0]).includes(output.exitCode)) return output
  if (repository !== undefined && /^fatal: not a git repository/m.test(output.stderr)) {
    return yield* new RepositoryNotFound({ path: repository })
  }
  return yield* new GitFailed({ args, exitCode: output.exitCode, stderr: output.stderr })
})

type Bytes = Stream.Stream<Uint8Array, PlatformError.PlatformError>

const collect = Effect.fnUntraced(function* (stream: Bytes, limitBytes: number, command: string) {
  const chunks: Array<Uint8Array> = []
  let size = 0
  yield* Stream.runForEach(stream, (chunk) => {
    size += chunk.byteLength
    if (size > limitBytes) return Effect.fail(new GitOutputTooLarge({ command, limitBytes }))
    chunks.push(chunk)
    return Effect.void
  })
  return concat(chunks)
})

/** Reads to the end, or the process would block on a full pipe, and keeps the last 16 KiB: the fatal line comes last. */
const collectEnd = (stream: Bytes) =>
  Stream.runFold(
    stream,
    () => new Uint8Array(),
    (kept, chunk) => concat([kept, chunk]).slice(-16 * 1024)
  ).pipe(Effect.map(text))
