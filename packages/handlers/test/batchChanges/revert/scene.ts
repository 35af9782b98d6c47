/** A batch change over real repositories of the forge, whose pull requests are merged. */
import { Effect, Layer } from "effect"
import { CodeHosts, hostRepository } from "../../../src/batchChanges/host/CodeHosts.ts"
import {
  applyBatchSpec,
  createBatchSpec,
  revertBatchChange,
  saveSeen,
  WorkspaceStore
} from "../../../src/batchChanges/index.ts"
import { mergePullRequest, type Repository } from "../../../src/index.ts"
import { batchChange } from "../../support/batchChanges.ts"
import { ask, type Commit, push } from "../../support/history.ts"
import { localBulk, localChangeset, localRepository } from "../../support/localBulk.ts"
import { changesetsOf } from "../support/applied.ts"
import { reconcile } from "../support/world.ts"

export const revertForge = () => WorkspaceStore.layer.pipe(Layer.provideMerge(localBulk()))

export const lines = (...changed: ReadonlyArray<readonly [line: number, text: string]>): string => {
  const all = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`)
  for (const [line, text] of changed) all[line - 1] = text
  return `${all.join("\n")}\n`
}

export const scene = Effect.gen(function* () {
  const owner = yield* batchChange()
  const at = (...commits: ReadonlyArray<Commit>) =>
    localRepository(
      { userId: owner.member, role: "write" },
      { on: "main", from: null, files: { "a.txt": lines() } },
      ...commits
    )
  const follow = (repository: Repository, head: string) => localChangeset(owner.id, repository, head)
  const merge = Effect.fnUntraced(function* (
    repository: Repository,
    one: Effect.Success<ReturnType<typeof follow>>,
    method: "merge" | "squash" | "rebase" = "squash"
  ) {
    const { number } = yield* mergePullRequest({ pullRequestId: one.pullRequestId, method })
    const { connect } = yield* CodeHosts
    const host = yield* connect({ repository, subject: { _tag: "ImportedChangeset" } })
    const pullRequest = yield* host.load({ repository: hostRepository(repository), externalId: String(number) })
    yield* saveSeen({ changesetId: one.id, pullRequest })
  })
  const revert = revertBatchChange({ batchChangeId: owner.id, actorId: owner.member })
  /** Applies the spec, has its pull request merged, and gives it. */
  const applied = Effect.fnUntraced(function* (repository: Repository, source: string) {
    const { batchSpec } = yield* createBatchSpec({ source, namespace: owner.namespaceId, actorId: owner.member })
    yield* applyBatchSpec({ batchSpecId: batchSpec.id, actorId: owner.member })
    const made = (yield* changesetsOf(repository)).at(-1)!
    yield* reconcile(made.id)
    return (yield* changesetsOf(repository)).at(-1)!
  })
  return { owner, at, follow, merge, revert, applied }
})

export const more = (repository: Repository, ...commits: ReadonlyArray<Commit>) => push(repository.path, ...commits)

export const show = (repository: Repository, what: string) => ask(repository.path, "show", what)

export const treeOf = (repository: Repository, commit: string) => ask(repository.path, "rev-parse", `${commit}^{tree}`)
