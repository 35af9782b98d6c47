/**
 * A temporary checkout of a commit, in which steps run.
 *
 * There are two git folders to it. Drover's own is elsewhere, and it alone says what changed: whatever a step does to
 * the `.git` that it sees, git of Drover never reads. Both borrow the repository's objects and write to their own
 * folders, so nothing of the repository changes.
 */
import { applyDiff, Git, type GitError, type Oid, readCommit } from "@drover/git"
import { Effect, FileSystem, type PlatformError, type Scope } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import { makeGitFolder } from "./gitFolder.ts"
import { sparsePatterns } from "./sparsePatterns.ts"
import { unlockFolders } from "./unlockFolders.ts"

export interface MakeCheckout {
  /** Path of the bare repository. */
  readonly repository: string
  readonly branch: string
  readonly commit: Oid
  /** The folder that steps run in; empty: the root. */
  readonly path: string
  /** Nothing but that folder is checked out. */
  readonly onlyPath: boolean
  /** What was done to the commit already; empty: nothing. */
  readonly diff: Uint8Array
  /** Folders without anything, which no diff has. */
  readonly emptyFolders: ReadonlyArray<string>
}

export interface Checkout {
  /** The tree of the commit, and that of the files as they were given to the first step. */
  readonly base: string
  readonly tree: string
  /** The root of the files. */
  readonly root: string
  /** Drover's git folder, in which there is no work tree by itself. */
  readonly control: string
  /** For what is asked of files as well. */
  readonly withFiles: Readonly<Record<string, string>>
  /** A git folder for a step: the branch at the commit, and what was done since in the index. */
  readonly giveGit: Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem>
  /** A new, empty folder outside of the checkout. */
  readonly temporaryFolder: Effect.Effect<string, GitError, Git | Scope.Scope | ChildProcessSpawner.ChildProcessSpawner>
}

/** A large repository takes its time. */
const DEADLINE = "10 minutes"

/** Goes away with the scope. */
export const makeCheckout = Effect.fn("BatchChanges.makeCheckout")(function* (
  options: MakeCheckout
): Effect.fn.Return<
  Checkout,
  GitError | PlatformError.PlatformError,
  Git | FileSystem.FileSystem | Scope.Scope | ChildProcessSpawner.ChildProcessSpawner
> {
  const { branch, commit, diff, repository } = options
  const git = yield* Git
  const files = yield* FileSystem.FileSystem
  // of the repository itself: it may be gone, or have dropped the commit
  const { tree: base } = yield* readCommit({ repository, commit })
  const temporaryFolder = Effect.tap(git.temporaryFolder, (folder) => Effect.addFinalizer(() => unlockFolders(folder)))
  const root = `${yield* temporaryFolder}/checkout`
  const control = yield* git.temporaryFolder
  yield* files.makeDirectory(root)
  const sparse = options.onlyPath && options.path !== "" ? sparsePatterns(options.path) : undefined
  const borrowed = `${repository}/objects`
  yield* makeGitFolder({ folder: control, objects: [borrowed], branch, commit, sparse, bare: true })
  const withFiles = { GIT_WORK_TREE: root }

  const tree = diff.length === 0 ? base : yield* applyDiff({ repository: control, commit, diff })
  yield* git.run({ args: ["read-tree", "-m", "-u", tree], repository: control, env: withFiles, deadline: DEADLINE })
  for (const folder of options.emptyFolders) yield* files.makeDirectory(`${root}/${folder}`, { recursive: true })

  const giveGit = Effect.gen(function* () {
    const folder = `${root}/.git`
    yield* files.remove(folder, { recursive: true, force: true })
    yield* makeGitFolder({ folder, objects: [borrowed, `${control}/objects`], branch, commit, sparse, bare: false })
    yield* files.copyFile(`${control}/index`, `${folder}/index`)
  })
  return { base, tree, root, control, withFiles, giveGit, temporaryFolder }
})
