import { Database, jobs } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { type BulkOperation, createBulkOperation } from "../../../src/batchChanges/index.ts"
import { findPullRequest, listComments, listDeliveries, repositories, webhooks } from "../../../src/index.ts"
import { batchChange, changesetRow } from "../../support/batchChanges.ts"
import { jobOf, work } from "../../support/bulk.ts"
import { manyBulkMerges } from "../../support/manyBulkMerges.ts"
import { localBulk, localChangeset, localRepository } from "../../support/localBulk.ts"

/** A pull request on the forge, and a member of its batch change who has this role. */
const scene = Effect.fnUntraced(function* (role: "read" | "write" = "write") {
  const { id: batchChangeId, member } = yield* batchChange()
  const repository = yield* localRepository(
    { userId: member, role },
    { on: "main", from: null, files: { start: "" } },
    { on: "topic", from: "main", files: { topic: "" } }
  )
  const one = yield* localChangeset(batchChangeId, repository, "topic")
  const perform = Effect.fnUntraced(function* (operation: BulkOperation) {
    const { id } = yield* createBulkOperation({
      batchChangeId,
      changesetIds: [one.id],
      operation,
      actorId: member
    })
    yield* work
    return yield* jobOf(id)
  })
  return {
    ...one,
    repository,
    actorId: member,
    perform,
    row: changesetRow(one.id),
    pull: findPullRequest(one.pullRequestId)
  }
})

layer(localBulk(), { excludeTestServices: true, timeout: "120 seconds" })("On the forge, a bulk job", (it) => {
  it.effect("comments as the user who asked", () =>
    Effect.gen(function* () {
      const { actorId, perform, pullRequestId } = yield* scene("read")
      assert.deepInclude(yield* perform({ type: "comment", message: "Please have a look" }), { state: "completed" })
      const comments = yield* listComments({ pullRequestId })
      assert.deepStrictEqual(
        comments.map(({ body, userId }) => [body, userId]),
        [["Please have a look", actorId]]
      )
    })
  )

  it.effect("closes, reopens, makes a draft, labels, and saves what is there after", () =>
    Effect.gen(function* () {
      const { perform, pull, row } = yield* scene()
      yield* perform({ type: "close" })
      assert.deepInclude(yield* row, { externalState: "closed" })
      yield* perform({ type: "reopen" })
      assert.deepInclude(yield* row, { externalState: "open" })
      yield* perform({ type: "draft" })
      assert.deepInclude(yield* row, { externalState: "draft" })
      yield* perform({ type: "label", add: ["batch"] })
      assert.deepInclude(yield* row, { labels: ["batch"] })
      assert.deepInclude(yield* pull, { state: "open", draft: true })
    })
  )

  it.effect("that closes has one webhook told of it", () =>
    Effect.gen(function* () {
      const { perform, repository } = yield* scene()
      const { run } = yield* Database
      const [hook] = yield* run((db) =>
        db
          .insert(webhooks)
          .values({ repositoryId: repository.id, url: "http://127.0.0.1:9/", events: ["pull_request"] })
          .returning()
      )
      yield* perform({ type: "close" })
      const deliveries = yield* listDeliveries({ webhookId: hook!.id })
      assert.deepStrictEqual(
        deliveries.map(({ action, event }) => `${event} ${action}`),
        ["pull_request closed"]
      )
      const waiting = yield* run((db) => db.select().from(jobs).where(eq(jobs.kind, "deliver_webhook")))
      assert.lengthOf(waiting, 1)
    })
  )

  it.effect("does nothing that its user may not do", () =>
    Effect.gen(function* () {
      const { perform, pull } = yield* scene("read")
      const job = yield* perform({ type: "merge", method: "merge" })
      assert.deepInclude(job, { state: "failed", attempt: 1 })
      assert.match(job.failureMessage ?? "", /role "write"/u)
      assert.deepInclude(yield* pull, { state: "open" })
    })
  )

  it.effect("fails in an archived repository, which is then read-only to batch changes", () =>
    Effect.gen(function* () {
      const { perform, repository, row } = yield* scene()
      yield* Database.use(({ run }) =>
        run((db) =>
          db
            .update(repositories)
            .set({ archivedAt: new Date(0) })
            .where(eq(repositories.id, repository.id))
        )
      )
      assert.deepInclude(yield* perform({ type: "close" }), { state: "failed" })
      assert.deepInclude(yield* row, { externalState: "readonly" })
    })
  )
})

layer(localBulk(), { excludeTestServices: true, timeout: "120 seconds" })("A merge of many changesets", (it) => {
  it.effect("merges all that can be, at once, and says of the others why not", () => manyBulkMerges(2, 6), 60_000)
})
