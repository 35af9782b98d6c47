/**
 * A bare repository in a temporary folder, for tests and demos.
 *
 * Commits are dated by a counter, so the same calls give the same ids. What cannot be done dies:
 * a test that sets its scene wrong has nothing to recover.
 *
 * @since 0.1.0
 */
import { DateTime, Effect, type Scope } from "effect"
import { commitFiles, type FileChange } from "../commitFiles.ts"
import { commitTree } from "../commitTree.ts"
import { Git } from "../Git.ts"
import { initBare } from "../initBare.ts"
import { readRefs } from "../internal/readRefs.ts"
import { mergeTree } from "../mergeTree.ts"
import type { Oid } from "../Oid.ts"
import { resolveCommit } from "../resolveCommit.ts"
import type { Signature } from "../Signature.ts"
import { updateRef } from "../updateRef.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface TestRepository {
  readonly path: string
  /** The tip of a branch. Dies when there is none. */
  readonly tip: (branch: string) => Effect.Effect<Oid>
  /**
   * Commits file changes and moves the branch there. The parent is `from` (a branch or an id; null for
   * none), else the branch's own tip, else none.
   */
  readonly commit: (
    branch: string,
    files: Readonly<Record<string, FileChange>>,
    options?: { readonly from?: string | null | undefined; readonly message?: string | undefined }
  ) => Effect.Effect<Oid>
  /** Merges another branch into the branch with a two-parent commit. Dies on a conflict. */
  readonly merge: (branch: string, other: string) => Effect.Effect<Oid>
  /** Points the branch at a commit, wherever it stood; it need not exist. */
  readonly forcePush: (branch: string, to: Oid) => Effect.Effect<void>
  readonly deleteBranch: (branch: string) => Effect.Effect<void>
}

/**
 * @category options
 * @since 0.1.0
 */
export interface TestRepositoryOptions {
  /** The name of the repository's folder. Defaults to `repository.git`. */
  readonly folder?: string | undefined
  /** Defaults to `sha1`. */
  readonly objectFormat?: "sha1" | "sha256" | undefined
}

/**
 * Makes an empty repository that goes away with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: TestRepositoryOptions = {}): Effect.Effect<TestRepository, never, Git | Scope.Scope> =>
  Effect.orDie(build(options))

const build = Effect.fnUntraced(function* (options: TestRepositoryOptions) {
  const git = yield* Git
  const path = `${yield* git.temporaryFolder}/${options.folder ?? "repository.git"}`
  yield* initBare({ path, objectFormat: options.objectFormat })

  let commits = 0
  const sign = (): Signature => ({
    name: "Test",
    email: "test@drover.invalid",
    at: DateTime.makeUnsafe(1_700_000_000_000 + 1000 * commits++)
  })

  const find = Effect.fnUntraced(function* (branch: string) {
    const ref = `refs/heads/${branch}`
    return (yield* readRefs(path, [ref])).get(ref) ?? null
  })

  const forcePush = Effect.fnUntraced(function* (branch: string, to: Oid) {
    yield* updateRef({ repository: path, ref: `refs/heads/${branch}`, from: yield* find(branch), to })
  })

  const tip = Effect.fnUntraced(function* (branch: string) {
    return (yield* find(branch)) ?? (yield* Effect.die(new Error(`No branch ${branch} in the test repository`)))
  })

  const commit = Effect.fnUntraced(function* (...[branch, files, settings]: Parameters<TestRepository["commit"]>) {
    const from = settings?.from
    const parent =
      from === undefined
        ? yield* find(branch)
        : from === null
          ? null
          : yield* resolveCommit({ repository: path, revision: from })
    const message = settings?.message ?? `Change ${Object.keys(files).join(", ")}`
    const oid = yield* commitFiles({ repository: path, parent, files, message, author: sign() })
    yield* forcePush(branch, oid)
    return oid
  })

  const merge = Effect.fnUntraced(function* (branch: string, other: string) {
    const base = yield* tip(branch)
    const head = yield* tip(other)
    const merged = yield* mergeTree({ repository: path, base, head, keepObjects: true })
    if (!merged.clean) return yield* Effect.die(new Error(`${other} conflicts with ${branch}`))
    const parents = [base, head]
    const message = `Merge ${other} into ${branch}`
    const oid = yield* commitTree({ repository: path, tree: merged.tree, parents, message, author: sign() })
    yield* forcePush(branch, oid)
    return oid
  })

  const deleteBranch = Effect.fnUntraced(function* (branch: string) {
    yield* updateRef({ repository: path, ref: `refs/heads/${branch}`, from: yield* tip(branch), to: null })
  })

  const ready = <A, E>(effect: Effect.Effect<A, E, Git>): Effect.Effect<A> =>
    effect.pipe(Effect.provideService(Git, git), Effect.orDie)
  const repository: TestRepository = {
    path,
    tip: (branch) => ready(tip(branch)),
    commit: (...args) => ready(commit(...args)),
    merge: (branch, other) => ready(merge(branch, other)),
    forcePush: (branch, to) => ready(forcePush(branch, to)),
    deleteBranch: (branch) => ready(deleteBranch(branch))
  }
  return repository
})
