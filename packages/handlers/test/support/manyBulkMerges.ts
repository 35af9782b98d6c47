/** Merges the changesets of a batch change in one bulk operation; in each repository the last two conflict. */
import { Database, jobs } from "@drover/core"
import { assert } from "@effect/vitest"
import { and, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { createBulkOperation, findBulkOperation } from "../../src/batchChanges/index.ts"
import { changesetEvents, changesets, findPullRequest } from "../../src/index.ts"
import { batchChange } from "./batchChanges.ts"
import { work } from "./bulk.ts"
import { ask } from "./history.ts"
import { localChangeset, localRepository } from "./localBulk.ts"

export const manyBulkMerges = Effect.fnUntraced(function* (repositories: number, each: number) {
  const { run } = yield* Database
  const { id: batchChangeId, member } = yield* batchChange()
  const heads = Array.from({ length: each }, (_, index) => `topic-${String(index).padStart(2, "0")}`)
  const made = yield* Effect.forEach(Array.from({ length: repositories }), () =>
    Effect.gen(function* () {
      const repository = yield* localRepository(
        { userId: member, role: "write" },
        { on: "main", from: null, files: { start: "" } },
        ...heads.map((on, index) => {
          const file = heads[Math.min(index, each - 2)]!
          return { on, from: "main", files: { [file]: `${index}\n` } }
        })
      )
      const all = yield* Effect.forEach(heads, (head) => localChangeset(batchChangeId, repository, head))
      return { repository, all }
    })
  )
  const { id } = yield* createBulkOperation({
    batchChangeId,
    matching: {},
    operation: { type: "merge", method: "squash" },
    actorId: member
  })
  yield* work

  const done = yield* findBulkOperation({ bulkOperationId: id, actorId: member })
  assert.deepInclude(done, { state: "failed", progress: 1, total: repositories * each })
  assert.deepInclude(done.counts, { completed: repositories * (each - 1), failed: repositories })
  assert.lengthOf(done.errors, repositories)
  for (const { message } of done.errors) assert.match(message, /conflict/u)

  const ids = made.flatMap(({ all }) => all.map((one) => one.id))
  const rows = yield* run((db) => db.select().from(changesets).where(inArray(changesets.id, ids)))
  for (const { all, repository } of made) {
    const landed = (yield* ask(repository.path, "rev-list", "--first-parent", "main")).split("\n").slice(0, -1)
    const mine = rows.filter(({ repositoryId }) => repositoryId === repository.id)
    assert.lengthOf(landed, each - 1)
    assert.sameMembers(
      mine.flatMap(({ mergeCommitSha }) => mergeCommitSha ?? []),
      landed
    )
    const files = (yield* ask(repository.path, "ls-tree", "--name-only", "main")).split("\n")
    assert.sameMembers(files, ["start", ...heads.slice(0, -1)])
    for (const { id: changesetId, pullRequestId } of all) {
      const pull = yield* findPullRequest(pullRequestId)
      assert.strictEqual(mine.find((row) => row.id === changesetId)?.externalState, pull?.state)
    }
  }
  const merged = yield* run((db) =>
    db
      .select()
      .from(changesetEvents)
      .where(and(eq(changesetEvents.kind, "merged"), inArray(changesetEvents.changesetId, ids)))
  )
  assert.lengthOf(merged, repositories * (each - 1))
  assert.isTrue(merged.every(({ actorId }) => actorId === member))
  // whoever is still open is told that its base moved
  assert.isNotEmpty(yield* run((db) => db.select().from(jobs)))
})
