import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import {
  type BulkOperation,
  BulkStore,
  closeBatchChange,
  createBulkOperation,
  reopenBatchChange
} from "../../../src/batchChanges/index.ts"
import { jobOf, work } from "../../support/bulk.ts"
import {
  alterAssociation,
  alterChangeset,
  associated,
  batchForge,
  pullsOf,
  reconcile,
  rowOf,
  scene
} from "../support/world.ts"

/** A changeset whose spec leaves it to people whether it is published, not published yet. */
const unpublished = Effect.gen(function* () {
  const made = yield* scene({ published: null })
  yield* reconcile(made.id)
  return {
    ...made,
    perform: Effect.fnUntraced(function* (operation: BulkOperation) {
      const { id } = yield* createBulkOperation({
        batchChangeId: made.owner.id,
        changesetIds: [made.id],
        operation
      })
      yield* work
      assert.deepInclude(yield* jobOf(id), { state: "completed" })
    }),
    row: rowOf(made.id),
    pull: Effect.map(pullsOf(made.repositoryId), ([pull]) => pull)
  }
})

const services = BulkStore.layer.pipe(Layer.provideMerge(batchForge()))

layer(services, { excludeTestServices: true, timeout: "60 seconds" })("With the reconciler, a bulk operation", (it) => {
  it.effect("publishes as a draft, makes that ready, and makes it a draft again, which stays one", () =>
    Effect.gen(function* () {
      const { id, perform, pull, row } = yield* unpublished
      assert.isUndefined(yield* pull)
      yield* perform({ type: "publish", draft: true })
      assert.deepInclude(yield* row, { reconcilerState: "queued" })
      yield* reconcile(id)
      assert.deepInclude(yield* pull, { state: "open", draft: true })
      yield* perform({ type: "publish", draft: false })
      yield* reconcile(id)
      assert.deepInclude(yield* pull, { state: "open", draft: false })
      yield* perform({ type: "draft" })
      yield* reconcile(id)
      assert.deepInclude(yield* pull, { state: "open", draft: true })
      assert.deepInclude(yield* row, { externalState: "draft" })
    })
  )

  it.effect("publishes nothing, and tries nothing again, of a batch change that is closed", () =>
    Effect.gen(function* () {
      const { id, owner, perform, row } = yield* unpublished
      const ask = (operation: BulkOperation) =>
        createBulkOperation({ batchChangeId: owner.id, changesetIds: [id], operation })
      const publish: BulkOperation = { type: "publish", draft: false }
      const waiting = yield* ask(publish)
      yield* closeBatchChange({ id: owner.id })
      yield* work
      const why = "is of a batch change that is closed: reopen that first"
      assert.deepInclude(yield* jobOf(waiting.id), { state: "failed", failureMessage: `changeset ${id} ${why}` })
      assert.deepInclude(yield* row, { reconcilerState: "completed", uiPublication: null })
      yield* alterChangeset(id, { reconcilerState: "failed" })
      for (const operation of [publish, { type: "reenqueue" }] satisfies Array<BulkOperation>) {
        assert.deepInclude(yield* Effect.flip(ask(operation)), { refused: [{ changesetId: id, why }] })
      }
      // what was asked to be closed with it may be tried again
      yield* alterChangeset(id, { closing: true })
      yield* perform({ type: "reenqueue" })
      yield* alterChangeset(id, { closing: false, reconcilerState: "failed" })
      yield* reopenBatchChange({ id: owner.id })
      yield* perform({ type: "reenqueue" })
      assert.deepInclude(yield* row, { reconcilerState: "queued" })
    })
  )

  it.effect("detaches what was put away, and the batch change has it no more", () =>
    Effect.gen(function* () {
      const { id, perform, row } = yield* unpublished
      yield* alterAssociation(id, { archived: true })
      yield* perform({ type: "detach" })
      yield* reconcile(id)
      assert.isEmpty(yield* associated(id))
      assert.isNotNull((yield* row).detachedAt)
    })
  )
})
