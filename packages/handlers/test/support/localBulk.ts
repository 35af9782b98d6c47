/** Bulk operations on the forge itself: changesets over pull requests of real repositories. */
import { Database } from "@drover/core"
import { Effect, Layer } from "effect"
import { BulkStore, CodeHosts, ReconcilerStore } from "../../src/batchChanges/index.ts"
import { hostRepository } from "../../src/batchChanges/host/CodeHosts.ts"
import { seenOf } from "../../src/batchChanges/changesets/saveSeen.ts"
import {
  changesetAssociations,
  changesets,
  openPullRequest,
  registerRepository,
  type Repository,
  type Role,
  setRole
} from "../../src/index.ts"
import { forge } from "../support.ts"
import { type Commit, repositoryOf } from "./history.ts"

export const localBulk = () =>
  Layer.mergeAll(BulkStore.layer, ReconcilerStore.layer, CodeHosts.local).pipe(Layer.provideMerge(forge()))

let made = 0

/** A repository with these commits, in which somebody has a role. */
export const localRepository = Effect.fnUntraced(function* (
  who: { readonly userId: number; readonly role: Role },
  ...commits: ReadonlyArray<Commit>
) {
  const { path } = yield* repositoryOf(...commits)
  const repository = yield* registerRepository({ name: `acme/local-${made++}`, path })
  yield* setRole({ repositoryId: repository.id, ...who })
  return repository
})

/** A changeset over a pull request of `head` into `main`, as it was imported. Gives their ids. */
export const localChangeset = Effect.fnUntraced(function* (
  batchChangeId: number,
  repository: Repository,
  head: string
) {
  const { run } = yield* Database
  const hosts = yield* CodeHosts
  const { id: pullRequestId, number } = yield* openPullRequest({
    repositoryId: repository.id,
    title: head,
    base: "main",
    head
  })
  const host = yield* hosts.connect({ repository, subject: { _tag: "ImportedChangeset" } })
  const pull = yield* host.load({ repository: hostRepository(repository), externalId: String(number) })
  const [row] = yield* run((db) =>
    db
      .insert(changesets)
      .values({ ...seenOf(pull), repositoryId: repository.id, publication: "published", headRef: head })
      .returning({ id: changesets.id })
  )
  yield* run((db) => db.insert(changesetAssociations).values({ changesetId: row!.id, batchChangeId }))
  return { id: row!.id, pullRequestId, head }
})
