/**
 * Git on a host over HTTP, through the git command line: what every host has alike. A token is in the environment of
 * the process alone, never in its arguments or in an address, where other users of the machine and logs would see it.
 */
import { Config, type Duration, Effect, Redacted, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import type { HostRepository } from "../HostPullRequest.ts"

/** Who a push acts as: what HTTP's basic authentication takes, or a token alone. @category models */
export type GitCredential =
  | { readonly username: string; readonly password: Redacted.Redacted }
  | { readonly bearer: Redacted.Redacted }

/** A repository on disk, and its like on the host. @category models */
export interface Remote {
  readonly host: string
  readonly repository: HostRepository
  /** `https://github.com/acme/billing.git` */
  readonly url: string
  readonly credential: GitCredential | undefined
}

/** How a git process ended. */
export interface GitEnd {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What runs git. @category models */
export interface GitRunner {
  readonly run: (remote: Remote, args: ReadonlyArray<string>) => Effect.Effect<GitEnd>
}

/** @category options */
export interface GitRunnerOptions {
  /** How long one process may run. Defaults to ten minutes: a first push of much history takes a while. */
  readonly deadline?: Duration.Input | undefined
  /** Where git and its helpers are looked for. Defaults to `PATH`. */
  readonly searchPath?: string | undefined
}

const searchPath = Config.String("PATH").pipe(Config.withDefault("/usr/local/bin:/usr/bin:/bin"), Effect.orDie)

/** @category constructors */
export const makeGitRunner = Effect.fn("makeGitRunner")(function* (options: GitRunnerOptions = {}) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const path = options.searchPath ?? (yield* searchPath)
  const runner: GitRunner = {
    run: (remote, args) =>
      run(spawner, path, remote, args).pipe(
        Effect.timeoutOrElse({
          duration: options.deadline ?? "10 minutes",
          orElse: () => Effect.succeed({ exitCode: -1, stdout: "", stderr: "fatal: git took too long" })
        })
      )
  }
  return runner
})

const run = (
  spawner: ChildProcessSpawner.ChildProcessSpawner["Service"],
  path: string,
  remote: Remote,
  args: ReadonlyArray<string>
): Effect.Effect<GitEnd> =>
  Effect.gen(function* () {
    const process = yield* spawner.spawn(
      ChildProcess.make("git", [`--git-dir=${remote.repository.path}`, ...args], {
        env: { ...surroundings(path), ...configuration(remote) },
        stdin: "ignore",
        forceKillAfter: "5 seconds"
      })
    )
    return yield* Effect.all(
      { stdout: text(process.stdout), stderr: text(process.stderr), exitCode: process.exitCode },
      { concurrency: "unbounded" }
    )
  }).pipe(
    Effect.scoped,
    // git that cannot be started is a fault of the machine, as is one that is cut off
    Effect.catchTag("PlatformError", (error) =>
      Effect.succeed({ exitCode: -1, stdout: "", stderr: `fatal: cannot run git: ${error.message}` })
    )
  )

/** Read to the end, or git would block; the last of it is kept, where the fatal line is. A host may say a lot. */
const MOST_BYTES = 256 * 1024

const text = <E>(bytes: Stream.Stream<Uint8Array, E>) =>
  Stream.runFold(
    bytes,
    () => Buffer.alloc(0),
    (kept, chunk) => Buffer.concat([kept, chunk]).subarray(-MOST_BYTES)
  ).pipe(Effect.map((kept) => kept.toString()))

/** Nothing is inherited: no alias, hook, helper or proxy of a user, nobody to ask, no other protocol. */
const surroundings = (path: string): Record<string, string> => ({
  PATH: path,
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ALLOW_PROTOCOL: "http:https",
  GIT_NO_REPLACE_OBJECTS: "1"
})

/** Settings by environment, which no other user of the machine can read. */
const configuration = ({ credential, url }: Remote): Record<string, string> => {
  const settings: ReadonlyArray<readonly [string, string]> = [
    // what is on disk is not asked for its opinion of a push
    ["core.hooksPath", "/dev/null"],
    ["push.followTags", "false"],
    // for the host's own address, and none that it might send to
    ...(credential === undefined
      ? []
      : [[`http.${new URL(url).origin}/.extraHeader`, authorization(credential)] as const])
  ]
  const entries = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value]
  ])
  return { GIT_CONFIG_COUNT: String(settings.length), ...(Object.fromEntries(entries) as Record<string, string>) }
}

const authorization = (credential: GitCredential): string => {
  if ("bearer" in credential) return `Authorization: Bearer ${Redacted.value(credential.bearer)}`
  const { password, username } = credential
  return `Authorization: Basic ${Buffer.from(`${username}:${Redacted.value(password)}`).toString("base64")}`
}
