/**
 * The git command line as a service.
 *
 * @since 0.1.0
 */
import { Config, Context, Duration, Effect, FileSystem, Layer, type Scope, Semaphore, Stream } from "effect"
import { ChildProcessSpawner } from "effect/process"
import { type GitCommand, type GitOutput } from "./GitCommand.ts"
import { GitNotInstalled, type GitRunError, GitTimedOut, TemporaryFolderUnavailable } from "./GitError.ts"
import { processEnvironment } from "./internal/processEnvironment.ts"
import { requiredVersion, runProcess, streamProcess } from "./internal/runProcess.ts"
import { text } from "./internal/text.ts"

/**
 * How git is run.
 *
 * @category options
 * @since 0.1.0
 */
export interface GitOptions {
  /** How long one process may run, from its start. Defaults to 60 seconds. */
  readonly deadline?: Duration.Input | undefined
  /** How long a process that was asked to stop may tidy up before it is killed. Defaults to 5 seconds. */
  readonly killAfter?: Duration.Input | undefined
  /** How many processes may run at once; further ones wait their turn. Defaults to 8. */
  readonly maxProcesses?: number | undefined
  /** How much one process may write to its standard output. Defaults to 64 MiB. */
  readonly maxOutputBytes?: number | undefined
  /** Where git and its helpers are looked for. Defaults to `PATH`. */
  readonly searchPath?: string | undefined
  /** The folder that holds temporary folders. Defaults to the system's. */
  readonly temporaryRoot?: string | undefined
}

/**
 * Runs git processes: no shell, a scrubbed environment, a deadline, a limit on output and on
 * processes at once. Interrupting an effect kills its process before the interruption completes.
 *
 * The operations of this package are functions that ask for this service.
 *
 * @category services
 * @since 0.1.0
 */
export class Git extends Context.Service<
  Git,
  {
    /** The version that answered when the service was built, such as `2.39.5`. */
    readonly version: string
    /** Runs one process to its end and gives what it answered. */
    readonly run: (command: GitCommand) => Effect.Effect<GitOutput, GitRunError>
    /**
     * Runs one process and gives what it writes as it writes it; git waits while nobody takes any. There is no limit on
     * how much that is. The deadline is for each wait for more, so a slow consumer does not run into it. What was given
     * is only known to be whole once the stream has ended well: git says at its end how it ended.
     */
    readonly stream: (command: GitCommand) => Stream.Stream<Uint8Array, GitRunError>
    /** All that a git process sees of its surroundings. */
    readonly environment: Readonly<Record<string, string>>
    /** An empty folder outside every repository, removed with the scope. */
    readonly temporaryFolder: Effect.Effect<string, TemporaryFolderUnavailable, Scope.Scope>
  }
>()("@drover/git/Git") {
  /**
   * Finds git and checks its version. Fails with `GitNotInstalled` when it is missing or older than 2.38,
   * the first that merges without a work tree.
   */
  static readonly layer = (
    options: GitOptions = {}
  ): Layer.Layer<Git, GitRunError, ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem> =>
    Layer.effect(Git, make(options))
}

const make = Effect.fn("Git.make")(function* (options: GitOptions) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const fileSystem = yield* FileSystem.FileSystem
  const turn = yield* Semaphore.make(options.maxProcesses ?? 8)
  const environment = processEnvironment(options.searchPath ?? (yield* searchPath))
  const limits = {
    killAfter: options.killAfter ?? "5 seconds",
    maxOutputBytes: options.maxOutputBytes ?? 64 * 1024 * 1024
  }

  const run = Effect.fn("Git.run")(
    function* (command: GitCommand) {
      const deadline = command.deadline ?? options.deadline ?? "60 seconds"
      yield* Effect.annotateCurrentSpan({ command: command.args[0], repository: command.repository })
      return yield* runProcess(spawner, command, environment, limits).pipe(
        Effect.timeoutOrElse({
          duration: deadline,
          orElse: () =>
            Effect.fail(new GitTimedOut({ command: command.args[0], limitMillis: Duration.toMillis(deadline) }))
        })
      )
    },
    // The deadline runs from the start of the process, not from joining the queue.
    (effect) => turn.withPermits(1)(effect)
  )

  const stream = (command: GitCommand) => {
    const duration = command.deadline ?? options.deadline ?? "60 seconds"
    const late = () =>
      Stream.fail(new GitTimedOut({ command: command.args[0], limitMillis: Duration.toMillis(duration) }))
    return Stream.unwrap(
      // A turn lasts as long as the stream's scope.
      Effect.as(
        Effect.acquireRelease(turn.take(1), () => turn.release(1), { interruptible: true }),
        streamProcess(spawner, command, environment, limits.killAfter).pipe(
          Stream.timeoutOrElse({ duration, orElse: late })
        )
      )
    )
  }

  const version = yield* run({ args: ["version"] }).pipe(
    Effect.map((output) => /(\d+)\.(\d+)[.\d]*/.exec(text(output.stdout))),
    Effect.flatMap((found) =>
      found !== null && isRecent(Number(found[1]), Number(found[2]))
        ? Effect.succeed(found[0])
        : Effect.fail(new GitNotInstalled({ found: found?.[0] ?? null, required: requiredVersion }))
    )
  )

  const temporaryFolder = fileSystem
    .makeTempDirectoryScoped({ prefix: "drover-git-", directory: options.temporaryRoot })
    .pipe(Effect.mapError((cause) => new TemporaryFolderUnavailable({ cause })))

  return Git.of({ version, run, stream, environment, temporaryFolder })
})

const searchPath = Config.String("PATH").pipe(Config.withDefault("/usr/local/bin:/usr/bin:/bin"), Effect.orDie)

const isRecent = (major: number, minor: number) => major > 2 || (major === 2 && minor >= 38)
