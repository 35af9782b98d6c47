/**
 * Runs one step in a checkout.
 */
import { Git, type GitError } from "@drover/git"
import { Duration, Effect, FileSystem, type PlatformError, Redacted, type Scope } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import type { Step } from "../../spec/BatchSpec.ts"
import type { Checkout } from "../checkout/Checkout.ts"
import { makeRedact } from "../process/makeRedact.ts"
import { runScript, type ScriptEnd } from "../process/runScript.ts"
import { SpecStepFailed, SpecStepInvalid, SpecStepTimedOut } from "../StepError.ts"
import { readTimeout } from "./readTimeout.ts"
import type { RenderedStep } from "./renderStep.ts"
import type { StepEnd, StepLog, StepSettings } from "./RunStepsOptions.ts"

export interface RunStep<E> {
  readonly checkout: Checkout
  /** Within the checkout; empty: its root. */
  readonly path: string
  readonly step: Step
  readonly rendered: RenderedStep
  /** From 1. */
  readonly number: number
  readonly of: number
  readonly settings: StepSettings
  readonly log: StepLog<E>
}

const TIMEOUT = "10 minutes"
const OUTPUT_BYTES = 256 * 1024

/** Lines of output that a failure tells of. */
const LAST_LINES = 20

/** Its home, its files and what is temporary are its own, and gone when it has ended: only the checkout goes on. */
export const runStep = Effect.fn("BatchChanges.runStep")(function* <E>({
  checkout,
  log,
  number,
  of,
  path,
  rendered,
  settings,
  step
}: RunStep<E>): Effect.fn.Return<
  StepEnd & { readonly command: string },
  SpecStepFailed | SpecStepTimedOut | SpecStepInvalid | GitError | PlatformError.PlatformError | E,
  Git | FileSystem.FileSystem | ChildProcessSpawner.ChildProcessSpawner | Scope.Scope
> {
  const { environment } = yield* Git
  const timeout = readTimeout(step.timeout ?? "") ?? Duration.fromInputUnsafe(settings.timeout ?? TIMEOUT)
  const redact = makeRedact({ env: rendered.env, values: (settings.secrets ?? []).map(Redacted.value) })
  const command = redact(rendered.run)
  const folder = yield* folderIn(checkout.root, path)
  if (folder === undefined) {
    const reason = `the folder ${path} of the workspace is there no more: a step before must leave it where it is`
    return yield* new SpecStepInvalid({ step: number, of, field: "run", reason })
  }
  yield* checkout.giveGit
  const own = yield* writeFiles(yield* checkout.temporaryFolder, rendered)
  yield* log.begun(number, command)
  const end = yield* runScript({
    script: own.script,
    folder,
    env: {
      PATH: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      HOME: own.home,
      TMPDIR: own.temporary,
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      DROVER_FILES: own.files,
      ...rendered.env
    },
    timeout,
    maxOutputBytes: settings.maxOutputBytes ?? OUTPUT_BYTES
  })
  const { durationMillis, exitCode } = end
  const kept = { exitCode, durationMillis, stdout: redact(end.stdout), stderr: redact(end.stderr) }
  yield* log.ended(number, kept)
  const output = lastLines(kept)
  if (end.timedOut) {
    const limitMillis = Duration.toMillis(timeout)
    return yield* new SpecStepTimedOut({ step: number, of, command, limitMillis, output })
  }
  if (exitCode !== 0) return yield* new SpecStepFailed({ step: number, of, command, exitCode, output })
  return { command, ...kept }
}, Effect.scoped)

/** Undefined when there is none, or when it leads out of the checkout. */
const folderIn = Effect.fnUntraced(function* (root: string, path: string) {
  const files = yield* FileSystem.FileSystem
  const top = yield* files.realPath(root)
  if (path === "") return top
  const folder = yield* files
    .realPath(`${root}/${path}`)
    .pipe(Effect.catchTag("PlatformError", () => Effect.succeed(undefined)))
  if (folder === undefined || !folder.startsWith(`${top}/`)) return undefined
  const { type } = yield* files.stat(folder)
  return type === "Directory" ? folder : undefined
})

const writeFiles = Effect.fnUntraced(function* (folder: string, { files, run }: RenderedStep) {
  const fileSystem = yield* FileSystem.FileSystem
  const own = {
    home: `${folder}/home`,
    temporary: `${folder}/tmp`,
    files: `${folder}/files`,
    script: `${folder}/run.sh`
  }
  yield* Effect.all([own.home, own.temporary, own.files].map((each) => fileSystem.makeDirectory(each)))
  yield* fileSystem.writeFileString(own.script, run)
  for (const [name, content] of Object.entries(files)) {
    const path = `${own.files}/${name}`
    yield* fileSystem.makeDirectory(path.slice(0, path.lastIndexOf("/")), { recursive: true })
    yield* fileSystem.writeFileString(path, content)
  }
  return own
})

/** Of what it complained of; of what it said when it complained of nothing. */
const lastLines = ({ stderr, stdout }: Pick<ScriptEnd, "stdout" | "stderr">): string =>
  (stderr.trim() === "" ? stdout : stderr).trimEnd().split("\n").slice(-LAST_LINES).join("\n").slice(-4000)
