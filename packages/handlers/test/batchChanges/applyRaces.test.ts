import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { closeBatchChange, type Operation } from "../../src/batchChanges/index.ts"
import { reconcileChangeset } from "../../src/batchChanges/reconciler/reconcileChangeset.ts"
import { type Boundary, StepBoundary } from "../../src/batchChanges/reconciler/StepBoundary.ts"
import { applyOf, changesetsOf, place, theChangeset } from "./support/applied.ts"
import { associated, batchForge, claimOf, pullsOf, reconcile, rowOf } from "./support/world.ts"

/** The reconciler gets as far as this, and waits there until what happens meanwhile has happened. */
const meanwhile = Effect.fnUntraced(function* <A, E, R>(
  id: number,
  at: { readonly operation: Operation; readonly boundary: Boundary },
  happens: Effect.Effect<A, E, R>
) {
  const arrived = yield* Deferred.make<void>()
  const goOn = yield* Deferred.make<void>()
  const claim = yield* claimOf(id)
  const attempt = yield* Effect.forkChild(
    reconcileChangeset(claim).pipe(
      Effect.provideService(StepBoundary, ({ boundary, operation }) =>
        boundary === at.boundary && operation === at.operation
          ? Effect.andThen(Deferred.succeed(arrived, undefined), Deferred.await(goOn))
          : Effect.void
      )
    )
  )
  yield* Deferred.await(arrived)
  const result = yield* happens
  yield* Deferred.succeed(goOn, undefined)
  yield* Fiber.join(attempt)
  return result
})

const points = [
  { operation: "push", boundary: "before" },
  { operation: "push", boundary: "acted" },
  { operation: "publish", boundary: "begun" },
  { operation: "publish", boundary: "ended" }
] as const

layer(batchForge(), { excludeTestServices: true, timeout: "60 seconds" })("while the reconciler publishes", (it) => {
  for (const point of points) {
    const when = `${point.operation} ${point.boundary}`

    it.effect(`(${when}) a spec that says something else is reached in the end`, () =>
      Effect.gen(function* () {
        const { at, by } = yield* place
        yield* applyOf(by, [[at, {}]])
        const { id } = yield* theChangeset(at)
        yield* meanwhile(id, point, applyOf(by, [[at, { title: "Add c", content: "three" }]]))
        assert.deepInclude(yield* rowOf(id), { reconcilerState: "queued" })
        yield* reconcile(id)
        const row = yield* rowOf(id)
        assert.deepInclude(row, { computedState: "open", externalTitle: "Add c", previousSpecId: row.currentSpecId })
        assert.strictEqual(yield* at.git.tip("drover/b"), row.pushedSha)
        assert.lengthOf(yield* pullsOf(at.id), 1)
      })
    )

    it.effect(`(${when}) a spec that has it no more closes what comes of it`, () =>
      Effect.gen(function* () {
        const { at, by } = yield* place
        yield* applyOf(by, [[at, {}]])
        const { id } = yield* theChangeset(at)
        yield* meanwhile(id, point, applyOf(by, []))
        yield* reconcile(id)
        assert.deepInclude(yield* rowOf(id), { externalState: "closed", closing: false })
        assert.deepInclude((yield* associated(id))[0], { archived: true, archive: false })
      })
    )

    it.effect(`(${when}) a batch change that is closed with its changesets closes what comes of it`, () =>
      Effect.gen(function* () {
        const { at, by } = yield* place
        const { batchChange } = yield* applyOf(by, [[at, {}]])
        const { id } = yield* theChangeset(at)
        yield* meanwhile(id, point, closeBatchChange({ id: batchChange.id, closeChangesets: true }))
        yield* reconcile(id)
        assert.deepInclude(yield* rowOf(id), { externalState: "closed", closing: false })
      })
    )
  }

  it.effect("one that is dropped meanwhile and is not published after all is let go of", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      yield* applyOf(by, [[at, { published: "false" }]])
      const { id } = yield* theChangeset(at)
      const claim = yield* claimOf(id)
      yield* applyOf(by, [])
      assert.deepInclude((yield* associated(id))[0], { archive: true, detach: false })
      yield* reconcileChangeset(claim)
      assert.deepStrictEqual(yield* associated(id), [])
      assert.deepInclude(yield* rowOf(id), { publication: "unpublished" })
      assert.lengthOf(yield* changesetsOf(at), 1)
    })
  )
})
