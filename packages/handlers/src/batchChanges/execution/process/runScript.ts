/**
 * Runs one script, and leaves nothing of it behind: no process, however it ends.
 */
import { Duration, Effect, Fiber, type PlatformError, type Scope, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { randomUUID } from "node:crypto"
import { killStragglers } from "./killStragglers.ts"
import { OutputBuffer } from "./OutputBuffer.ts"

export interface RunScript {
  /** The path of a file for `/bin/sh`. */
  readonly script: string
  readonly folder: string
  /** All that the script sees of its surroundings. */
  readonly env: Readonly<Record<string, string>>
  readonly timeout: Duration.Duration
  /** Of each of its two outputs. */
  readonly maxOutputBytes: number
}

export interface ScriptEnd {
  /** Null: a signal ended it. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly durationMillis: number
}

/** How long a script that was asked to stop may tidy up. */
const KILL_AFTER = "2 seconds"

/**
 * What this process opens, its children do not get; what it was started with, they would. A shell can close nine of
 * those, which is where a shell, a supervisor or a CI system puts them.
 */
const CLOSE_AND_RUN = 'exec /bin/sh "$1" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-'

/** The first process's end is the script's: what it left running in the background is killed then. */
export const runScript = Effect.fnUntraced(function* (
  options: RunScript
): Effect.fn.Return<ScriptEnd, PlatformError.PlatformError, ChildProcessSpawner.ChildProcessSpawner> {
  const mark = `DROVER_STEP=${randomUUID()}`
  const stdout = new OutputBuffer(options.maxOutputBytes)
  const stderr = new OutputBuffer(options.maxOutputBytes)
  const run = Effect.ensuring(Effect.scoped(spawnAndWait(options, mark, stdout, stderr)), killStragglers(mark))
  const [duration, exitCode] = yield* Effect.timed(
    run.pipe(Effect.timeoutOrElse({ duration: options.timeout, orElse: () => Effect.succeed("timed out" as const) }))
  )
  return {
    exitCode: exitCode === "timed out" ? null : exitCode,
    timedOut: exitCode === "timed out",
    stdout: stdout.text(),
    stderr: stderr.text(),
    durationMillis: Math.round(Duration.toMillis(duration))
  }
})

const spawnAndWait = Effect.fnUntraced(function* (
  { env, folder, script }: RunScript,
  mark: string,
  stdout: OutputBuffer,
  stderr: OutputBuffer
): Effect.fn.Return<number | null, PlatformError.PlatformError, ChildProcessSpawner.ChildProcessSpawner | Scope.Scope> {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const [name = "", value = ""] = mark.split("=")
  const process = yield* spawner.spawn(
    ChildProcess.make("/bin/sh", ["-c", CLOSE_AND_RUN, "sh", script], {
      cwd: folder,
      env: { ...env, [name]: value },
      extendEnv: false,
      stdin: "ignore",
      // a process group of its own
      detached: true,
      forceKillAfter: KILL_AFTER
    })
  )
  const reading = yield* Effect.forkScoped(
    Effect.all([collect(process.stdout, stdout), collect(process.stderr, stderr)], { concurrency: "unbounded" })
  )
  const exitCode = yield* process.exitCode.pipe(Effect.catchTag("PlatformError", () => Effect.succeed(null)))
  // whoever still holds its outputs would keep us reading for as long as it lives
  yield* Effect.ignore(process.kill({ killSignal: "SIGKILL" }))
  yield* killStragglers(mark)
  yield* Fiber.join(reading)
  return exitCode
})

const collect = (output: Stream.Stream<Uint8Array, PlatformError.PlatformError>, buffer: OutputBuffer) =>
  Stream.runForEach(output, (chunk) => Effect.sync(() => buffer.push(chunk)))
