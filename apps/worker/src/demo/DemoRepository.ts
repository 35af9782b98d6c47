/**
 * A bare repository of the demo, and pushes to it.
 */
import {
  commitFiles,
  commitTree,
  type Git,
  type GitError,
  initBare,
  mergeTree,
  type Oid,
  RefMoved,
  resolveBranchTips,
  type Signature,
  updateRef
} from "@drover/git"
import { DateTime, Effect } from "effect"
import type { Commit, Push } from "./scenario.ts"

const signature = Effect.map(DateTime.now, (at): Signature => ({
  name: "Ada Example",
  email: "ada@example.invalid",
  at
}))

/** Creates it with its first commits. */
export const create = Effect.fnUntraced(function* (path: string, commits: ReadonlyArray<Commit>) {
  yield* initBare({ path })
  for (const commit of commits) yield* write(path, commit)
})

/** Does what the push says; gives the branch that moved. */
export const push = Effect.fnUntraced(function* (path: string, change: Push): Effect.fn.Return<string, GitError, Git> {
  switch (change._tag) {
    case "Commit":
      yield* write(path, change.commit)
      return change.commit.branch
    case "Force":
      yield* move(path, change.commit.branch, yield* tip(path, change.to))
      yield* write(path, change.commit)
      return change.commit.branch
    case "Merge":
      yield* merge(path, change.branch, change.other)
      return change.branch
  }
})

const write = Effect.fnUntraced(function* (repository: string, { branch, files, from, message }: Commit) {
  const parent = yield* tip(repository, from ?? branch)
  const author = yield* signature
  yield* move(repository, branch, yield* commitFiles({ repository, parent, files, message, author }))
})

/** A branch that conflicts stays where it is. */
const merge = Effect.fnUntraced(function* (repository: string, branch: string, other: string) {
  const base = yield* tip(repository, branch)
  const head = yield* tip(repository, other)
  if (base === null || head === null) return
  const { clean, tree } = yield* mergeTree({ repository, base, head, keepObjects: true })
  if (!clean) return
  const author = yield* signature
  const message = `Merge ${other} into ${branch}\n`
  yield* move(repository, branch, yield* commitTree({ repository, tree, parents: [base, head], message, author }))
})

const tip = (repository: string, branch: string) =>
  Effect.map(resolveBranchTips({ repository, branches: [branch] }), ({ tips }) => tips.get(branch) ?? null)

const move = Effect.fnUntraced(function* (repository: string, branch: string, to: Oid | null) {
  const ref = `refs/heads/${branch}`
  const from = yield* tip(repository, branch)
  if (to === null) return yield* new RefMoved({ ref, expected: null, actual: from })
  if (from === null) yield* updateRef({ repository, ref, from, to })
  else yield* updateRef({ repository, ref, from, to })
})
