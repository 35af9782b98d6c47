/**
 * The tree that a diff makes of a commit.
 */
import { Git, type GitRunError } from "@drover/git"
import { Effect, FileSystem, type PlatformError } from "effect"
import { randomUUID } from "node:crypto"

export interface ApplyDiff {
  /** Whose objects are read; new ones go where `env` says. */
  readonly repository: string
  readonly commit: string
  readonly diff: Uint8Array
  /** A folder for the index. */
  readonly folder: string
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Why a diff cannot be applied, in git's words. */
export class NotApplicable {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** Every byte of the diff counts: no white space is mended. No work tree is needed. */
export const applyDiff = Effect.fnUntraced(function* ({
  commit,
  diff,
  env = {},
  folder,
  repository
}: ApplyDiff): Effect.fn.Return<
  string | NotApplicable,
  GitRunError | PlatformError.PlatformError,
  Git | FileSystem.FileSystem
> {
  const git = yield* Git
  const files = yield* FileSystem.FileSystem
  const index = `${folder}/index-${randomUUID()}`
  const within = { repository, env: { ...env, GIT_INDEX_FILE: index } }
  yield* git.run({ ...within, args: ["read-tree", commit] })
  if (diff.length > 0) {
    const args = ["apply", "--cached", "--whitespace=nowarn", "-"] as const
    const applied = yield* git.run({ ...within, args, stdin: diff, answers: [0, 1, 128] })
    if (applied.exitCode !== 0) return new NotApplicable(reasonOf(applied.stderr))
  }
  const { stdout } = yield* git.run({ ...within, args: ["write-tree"] })
  yield* files.remove(index)
  return Buffer.from(stdout).toString().trim()
})

/** The first few lines that say what is wrong. */
const reasonOf = (stderr: string): string =>
  stderr
    .split("\n")
    .filter((line) => line.startsWith("error: ") || line.startsWith("fatal: "))
    .slice(0, 5)
    .map((line) => line.replace(/^(error|fatal): /, ""))
    .join("; ")
