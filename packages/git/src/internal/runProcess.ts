import { type Duration, Effect, Fiber, type PlatformError, Stream } from "effect"
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

type Spawner = ChildProcessSpawner.ChildProcessSpawner["Service"]
type Environment = Readonly<Record<string, string>>

/** Spawns git, feeds it, reads all it says, and sorts how it ended. The process never outlives the effect. */
export const runProcess = Effect.fnUntraced(function* (
  spawner: Spawner,
  command: GitCommand,
  environment: Environment,
  limits: ProcessLimits
): Effect.fn.Return<GitOutput, GitRunError> {
  const { args } = command
  const output = yield* spawn(spawner, command, environment, limits.killAfter).pipe(
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
    Effect.catchTag("PlatformError", sortPlatform(command)),
    Effect.scoped
  )
  return yield* sortEnd(command, output)
})

/**
 * Spawns git, feeds it, and gives what it says as it says it: git waits while nobody takes any. How it ended shows at
 * the end of the stream, so what came before is only known to be whole once the stream has ended well.
 */
export const streamProcess = (
  spawner: Spawner,
  command: GitCommand,
  environment: Environment,
  killAfter: Duration.Input
): Stream.Stream<Uint8Array, GitRunError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const process = yield* spawn(spawner, command, environment, killAfter)
      const stderr = yield* Effect.forkScoped(collectEnd(process.stderr))
      const end = Effect.gen(function* () {
        const exitCode = yield* process.exitCode
        yield* sortEnd(command, { exitCode, stdout: new Uint8Array(), stderr: yield* Fiber.join(stderr) })
      })
      return Stream.concat(process.stdout, Stream.drain(Stream.fromEffect(end)))
    })
  ).pipe(Stream.catchTag("PlatformError", (error) => Stream.fromEffect(sortPlatform(command)(error))))

const spawn = Effect.fnUntraced(function* (
  spawner: Spawner,
  { args, env, repository, stdin }: GitCommand,
  environment: Environment,
  forceKillAfter: Duration.Input
) {
  if (repository?.includes("\0") === true) return yield* new RepositoryNotFound({ path: repository })
  return yield* spawner.spawn(
    // `--git-dir`, unlike `-C`, never falls back to a repository further up.
    ChildProcess.make("git", repository === undefined ? args : [`--git-dir=${repository}`, ...args], {
      env: { ...environment, ...env },
      stdin: stdin === undefined ? "ignore" : Stream.succeed(toBytes(stdin)),
      forceKillAfter
    })
  )
})

const sortPlatform =
  ({ args }: GitCommand) =>
  ({ reason }: PlatformError.PlatformError): Effect.Effect<never, GitRunError> => {
    if (reason._tag === "NotFound") return Effect.fail(new GitNotInstalled({ found: null, required: requiredVersion }))
    if (reason._tag === "BadArgument") return Effect.die(reason)
    return Effect.fail(new GitFailed({ args, exitCode: null, stderr: reason.message }))
  }

const sortEnd = ({ answers = [0], args, repository }: GitCommand, output: GitOutput) => {
  const { exitCode, stderr } = output
  if (answers.includes(exitCode)) return Effect.succeed(output)
  return repository !== undefined && /^fatal: not a git repository/m.test(stderr)
    ? Effect.fail(new RepositoryNotFound({ path: repository }))
    : Effect.fail(new GitFailed({ args, exitCode, stderr }))
}

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
