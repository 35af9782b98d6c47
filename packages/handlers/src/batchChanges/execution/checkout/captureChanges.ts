/**
 * What the files of a checkout have become.
 */
import { Git, GitFailed, type GitRunError } from "@drover/git"
import { Effect, type FileSystem, type PlatformError } from "effect"
import type { ChangedPaths } from "../WorkspaceResult.ts"
import type { Checkout } from "./Checkout.ts"
import { type Leftovers, leftovers } from "./leftovers.ts"
import { changesOf, diffOf, DiffTooLong } from "./treeDiff.ts"

export interface Captured {
  readonly tree: string
  /** Against the base, and against the tree before the step. */
  readonly diff: Uint8Array
  readonly changedPaths: ChangedPaths
  readonly stepPaths: ChangedPaths
  readonly left: Leftovers
}

/** Why what is there can be no tree, in words. */
export class NotCapturable {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

export interface CaptureChanges {
  readonly checkout: Checkout
  /** The tree before the step. */
  readonly before: string
  readonly maxDiffBytes: number
}

/** As `git add --all` sees it: new files are in it, ignored ones are not. */
export const captureChanges = Effect.fn("BatchChanges.captureChanges")(function* ({
  before,
  checkout,
  maxDiffBytes
}: CaptureChanges): Effect.fn.Return<
  Captured | NotCapturable,
  GitRunError | PlatformError.PlatformError,
  Git | FileSystem.FileSystem
> {
  const git = yield* Git
  const { base, control: repository, withFiles: env } = checkout
  const added = yield* git.run({
    args: ["add", "--all", "--sparse"],
    repository,
    env,
    answers: [0, 1, 128],
    deadline: "10 minutes"
  })
  if (added.exitCode !== 0) {
    // a full disk is nobody's mistake
    if (/No space left|Input\/output error|Cannot allocate/i.test(added.stderr)) {
      return yield* Effect.fail(
        new GitFailed({ args: ["add", "--all"], exitCode: added.exitCode, stderr: added.stderr })
      )
    }
    return new NotCapturable(`git cannot add it: ${added.stderr.trim().slice(-1000)}`)
  }
  const { stdout } = yield* git.run({ args: ["write-tree"], repository })
  const tree = Buffer.from(stdout).toString().trim()
  const { changedPaths, repositories } = yield* changesOf({ repository, from: base, to: tree })
  if (repositories.length > 0) {
    return new NotCapturable(
      `${repositories.slice(0, 5).join(", ")} became a git repository of its own: delete it, or its .git, in the step`
    )
  }
  const diff = yield* diffOf({ repository, from: base, to: tree, maxBytes: maxDiffBytes })
  if (diff instanceof DiffTooLong) {
    return new NotCapturable(
      `its diff is longer than ${diff.maxBytes} bytes: change less, or ignore what is built with a .gitignore`
    )
  }
  const stepPaths =
    before === base ? changedPaths : (yield* changesOf({ repository, from: before, to: tree })).changedPaths
  return { tree, diff, changedPaths, stepPaths, left: yield* leftovers(checkout) }
})
