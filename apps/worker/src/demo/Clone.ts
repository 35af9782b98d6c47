/**
 * What a person of the demo works in: a clone of a repository, without a work tree, from which they push over HTTP.
 */
import {
  commitFiles,
  commitTree,
  Git,
  type GitError,
  initBare,
  mergeTree,
  type Oid,
  resolveBranchTips,
  updateRef
} from "@drover/git"
import { DateTime, Effect, FileSystem, Redacted } from "effect"
import type { Commit, Move } from "./scenario.ts"

/** @category models */
export interface Clone {
  readonly path: string
  /** Of the repository, for git. */
  readonly url: string
  readonly login: string
  readonly token: Redacted.Redacted
}

/** Makes the clone where it is missing. */
export const open = Effect.fnUntraced(function* (clone: Clone) {
  const fileSystem = yield* FileSystem.FileSystem
  if (yield* fileSystem.exists(`${clone.path}/HEAD`)) return
  yield* fileSystem.makeDirectory(clone.path, { recursive: true })
  yield* initBare({ path: clone.path })
})

/** Commits in the clone; gives the branches that moved. */
export const move = Effect.fnUntraced(function* (
  { path }: Clone,
  change: Move
): Effect.fn.Return<ReadonlyArray<string>, GitError, Git> {
  switch (change._tag) {
    case "Commit":
      for (const each of change.commits) yield* commit(path, each)
      return Array.from(new Set(change.commits.map(({ branch }) => branch)))
    case "Force":
      yield* set(path, change.commit.branch, yield* tip(path, change.to))
      yield* commit(path, change.commit)
      return [change.commit.branch]
    case "CatchUp":
      yield* merge(path, change.branch, change.with)
      return [change.branch]
  }
})

/** Has the branches of the repository as they are there. */
export const fetch = (clone: Clone) => talk(clone, ["fetch", "--prune", "--quiet"], ["+refs/heads/*:refs/heads/*"])

/** As `git push --force`: what the demo rewrites, it means to. */
export const push = (clone: Clone, branches: ReadonlyArray<string>) =>
  talk(
    clone,
    ["push", "--quiet", "--force"],
    branches.map((branch) => `refs/heads/${branch}`)
  )

/** The token goes by the environment: arguments can be read by whoever is on the host. */
const talk = Effect.fnUntraced(function* (
  { login, path, token, url }: Clone,
  [command, ...flags]: readonly [string, ...ReadonlyArray<string>],
  refs: ReadonlyArray<string>
) {
  const git = yield* Git
  const basic = Buffer.from(`${login}:${Redacted.value(token)}`).toString("base64")
  yield* git.run({
    args: [command, ...flags, url, ...refs],
    repository: path,
    env: {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.extraHeader",
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`
    }
  })
})

const commit = Effect.fnUntraced(function* (repository: string, { branch, files, from, message }: Commit) {
  const parent = yield* tip(repository, from ?? branch)
  yield* set(repository, branch, yield* commitFiles({ repository, parent, files, message, author: yield* signature }))
})

/** A branch that conflicts stays where it is. */
const merge = Effect.fnUntraced(function* (repository: string, branch: string, other: string) {
  const base = yield* tip(repository, branch)
  const head = yield* tip(repository, other)
  if (base === null || head === null) return
  const { clean, tree } = yield* mergeTree({ repository, base, head, keepObjects: true })
  if (!clean) return
  const message = `Merge ${other} into ${branch}\n`
  const author = yield* signature
  yield* set(repository, branch, yield* commitTree({ repository, tree, parents: [base, head], message, author }))
})

export const tip = (repository: string, branch: string) =>
  Effect.map(resolveBranchTips({ repository, branches: [branch] }), ({ tips }) => tips.get(branch) ?? null)

const set = Effect.fnUntraced(function* (repository: string, branch: string, to: Oid | null) {
  if (to === null) return
  const ref = `refs/heads/${branch}`
  const from = yield* tip(repository, branch)
  if (from === to) return
  yield* from === null ? updateRef({ repository, ref, from, to }) : updateRef({ repository, ref, from, to })
})

const signature = Effect.map(DateTime.now, (at) => ({ name: "Ada Example", email: "ada@example.invalid", at }))
