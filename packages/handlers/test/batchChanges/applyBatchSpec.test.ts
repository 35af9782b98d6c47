import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import {
  applyBatchSpec,
  askToDetach,
  closeBatchChange,
  deleteBatchChange,
  moveBatchChange,
  type PlanMoved,
  previewBatchSpec,
  reopenBatchChange
} from "../../src/batchChanges/index.ts"
import { setRole } from "../../src/index.ts"
import { batchChanges } from "../../src/schema/batchChanges.ts"
import { repositories } from "../../src/schema/repositories.ts"
import { applyOf, batchSpec, changesetsOf, listed, maker, place, theChangeset } from "./support/applied.ts"
import {
  alterChangeset,
  associated,
  batchForge,
  pullsOf,
  reconcile,
  repository,
  rowOf,
  toldOf
} from "./support/world.ts"

layer(batchForge(), { excludeTestServices: true, timeout: "60 seconds" })("applying a batch spec", (it) => {
  it.effect("makes a batch change and its changesets, and the reconciler publishes them", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchSpecId, specIds } = yield* batchSpec(by, [[at, {}]])
      const preview = yield* previewBatchSpec({ batchSpecId, actorId: by.id })
      assert.strictEqual(preview.batchChange.id, null)
      assert.deepStrictEqual(preview.totals.fates, { create: 1 })
      assert.deepStrictEqual(preview.totals.operations, { push: 1, publish: 1 })
      const [shown] = preview.changesets
      assert.deepInclude(shown, { fate: "create", title: "Add b", headRef: "drover/b", changesetId: null, state: null })
      assert.deepStrictEqual(
        shown?.steps.map(({ operation }) => operation),
        ["push", "publish"]
      )

      const applied = yield* applyBatchSpec({ batchSpecId, actorId: by.id, expectedHash: preview.hash })
      assert.deepInclude(applied, { applied: true, enqueued: 1, hash: preview.hash })
      assert.deepInclude(applied.batchChange, {
        name: "upgrade",
        description: "All of it",
        creatorId: by.id,
        lastApplierId: by.id,
        batchSpecId
      })
      const { id } = yield* theChangeset(at)
      assert.deepInclude(yield* rowOf(id), {
        reconcilerState: "queued",
        publication: "unpublished",
        ownerId: applied.batchChange.id,
        currentSpecId: specIds[0]!,
        headRef: "drover/b"
      })
      yield* reconcile(id)
      assert.deepInclude(yield* rowOf(id), { computedState: "open", previousSpecId: specIds[0]! })
      assert.deepStrictEqual(yield* toldOf(id), ["created", "attached", "pushed", "published"])
    })
  )

  it.effect("that is applied already changes nothing", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchSpecId } = yield* batchSpec(by, [[at, {}]])
      const first = yield* applyBatchSpec({ batchSpecId, actorId: by.id })
      yield* reconcile((yield* theChangeset(at)).id)
      const before = yield* changesetsOf(at)
      const again = yield* applyBatchSpec({ batchSpecId, actorId: by.id })
      assert.deepInclude(again, { applied: false, enqueued: 0 })
      assert.deepStrictEqual(again.batchChange, first.batchChange)
      assert.deepStrictEqual(yield* changesetsOf(at), before)
    })
  )

  it.effect("that says the same as the one before enqueues nothing, and a preview of it is empty", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      yield* applyOf(by, [[at, {}]])
      const { id } = yield* theChangeset(at)
      yield* reconcile(id)
      const { batchSpecId, specIds } = yield* batchSpec(by, [[at, {}]])
      const preview = yield* previewBatchSpec({ batchSpecId, actorId: by.id })
      assert.strictEqual(preview.totals.unchanged, 1)
      assert.deepStrictEqual(preview.totals.operations, {})
      assert.strictEqual((yield* applyBatchSpec({ batchSpecId, actorId: by.id })).enqueued, 0)
      assert.deepInclude(yield* rowOf(id), { currentSpecId: specIds[0]!, reconcilerState: "completed" })
    })
  )

  it.effect("updates what differs, and says what does", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      yield* applyOf(by, [[at, {}]])
      const { id } = yield* theChangeset(at)
      yield* reconcile(id)
      const { batchSpecId } = yield* batchSpec(by, [[at, { title: "Add c", content: "three" }]])
      const preview = yield* previewBatchSpec({ batchSpecId, actorId: by.id })
      assert.deepStrictEqual(preview.changesets[0]?.delta, ["diff", "title"])
      yield* applyBatchSpec({ batchSpecId, actorId: by.id, expectedHash: preview.hash })
      yield* reconcile(id)
      assert.deepInclude(yield* rowOf(id), { externalTitle: "Add c", computedState: "open" })
      assert.lengthOf(yield* pullsOf(at.id), 1)
    })
  )

  it.effect("closes and puts away what it no longer has, and takes it back", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const other = yield* repository()
      yield* setRole({ repositoryId: other.id, userId: by.id, role: "write" })
      const { batchChange } = yield* applyOf(by, [
        [at, {}],
        [other, {}]
      ])
      const { id } = yield* theChangeset(at)
      const kept = yield* theChangeset(other)
      yield* reconcile(id)
      yield* reconcile(kept.id)

      const second = yield* applyOf(by, [[other, {}]])
      assert.deepInclude(second, { enqueued: 1 })
      assert.strictEqual(second.batchChange.id, batchChange.id)
      yield* reconcile(id)
      assert.deepInclude(yield* rowOf(id), { externalState: "closed", closing: false })
      assert.deepInclude((yield* associated(id))[0], { archived: true, archive: false })
      assert.deepStrictEqual(yield* listed(batchChange.id), [kept.id])
      assert.deepInclude(yield* rowOf(kept.id), { externalState: "open" })

      yield* applyOf(by, [
        [at, {}],
        [other, {}]
      ])
      yield* reconcile(id)
      assert.deepInclude(yield* rowOf(id), { externalState: "open" })
      assert.deepInclude((yield* associated(id))[0], { archived: false, archive: false, detach: false })
      assert.lengthOf(yield* pullsOf(at.id), 1)
    })
  )

  it.effect("lets go of what was never published", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      yield* applyOf(by, [[at, { published: "false" }]])
      const { id } = yield* theChangeset(at)
      yield* reconcile(id)
      yield* applyOf(by, [])
      yield* reconcile(id)
      assert.deepStrictEqual(yield* associated(id), [])
      assert.isNotNull((yield* rowOf(id)).detachedAt)
      yield* applyOf(by, [[at, {}]])
      yield* reconcile(id)
      assert.deepInclude(yield* rowOf(id), { detachedAt: null, computedState: "open" })
    })
  )

  it.effect("imports pull requests, follows those of others, and lets go of them", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const owner = yield* maker(at)
      yield* applyOf(owner, [[at, {}]])
      const { id } = yield* theChangeset(at)
      yield* reconcile(id)
      const externalId = (yield* rowOf(id)).externalId!

      const { batchChange } = yield* applyOf(by, [[at, { pull: externalId }]])
      assert.deepStrictEqual(yield* listed(batchChange.id), [id])
      assert.lengthOf(yield* associated(id), 2)
      assert.strictEqual((yield* rowOf(id)).ownerId === batchChange.id, false)
      yield* applyOf(by, [])
      yield* reconcile(id)
      assert.deepStrictEqual(yield* listed(batchChange.id), [])
      assert.deepInclude(yield* rowOf(id), { externalState: "open", detachedAt: null })
    })
  )

  it.effect("takes nobody's branch, and then does nothing at all", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const owner = yield* maker(at)
      yield* applyOf(owner, [[at, {}]])
      const { batchSpecId } = yield* batchSpec(by, [
        [at, {}],
        [at, { headRef: "free" }]
      ])
      const preview = yield* previewBatchSpec({ batchSpecId, actorId: by.id })
      assert.deepStrictEqual(preview.totals.fates, { refuse: 1, create: 1 })
      assert.include(preview.changesets[0]?.refusal, 'the batch change "upgrade" makes this branch')
      const error = yield* Effect.flip(applyBatchSpec({ batchSpecId, actorId: by.id, expectedHash: preview.hash }))
      assert.strictEqual(error._tag, "ChangesetsRefused")
      assert.lengthOf(yield* changesetsOf(at), 1)
    })
  )

  it.effect("two at once for one branch: one of them has it", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const other = yield* maker(at)
      const specs = yield* Effect.forEach([by, other], (who) =>
        Effect.map(batchSpec(who, [[at, {}]]), ({ batchSpecId }) => ({ batchSpecId, actorId: who.id }))
      )
      const results = yield* Effect.forEach(specs, (spec) => Effect.exit(applyBatchSpec(spec)), { concurrency: 2 })
      assert.deepStrictEqual(results.map(({ _tag }) => _tag).toSorted(), ["Failure", "Success"])
      assert.lengthOf(yield* changesetsOf(at), 1)
    })
  )

  it.effect("two at once for one new batch change: one makes it, and both end as the later says", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const specs = yield* Effect.forEach(["a", "b"], (headRef) => batchSpec(by, [[at, { headRef }]]))
      const applied = yield* Effect.forEach(
        specs,
        ({ batchSpecId }) => applyBatchSpec({ batchSpecId, actorId: by.id }),
        { concurrency: 2 }
      )
      assert.strictEqual(applied[0]!.batchChange.id, applied[1]!.batchChange.id)
      const rows = yield* changesetsOf(at)
      const flags = yield* Effect.forEach(rows, ({ id }) => associated(id))
      assert.deepStrictEqual(
        flags.flat().map(({ detach }) => detach),
        [true, false]
      )
    })
  )

  it.effect(
    "of the same name, however it is written, is applied to the same batch change, unless there must be none",
    () =>
      Effect.gen(function* () {
        const { at, by } = yield* place
        const { batchChange } = yield* applyOf(by, [[at, {}]])
        const { batchSpecId } = yield* batchSpec(by, [[at, {}]], {}, "UPGRADE")
        const error = yield* Effect.flip(applyBatchSpec({ batchSpecId, actorId: by.id, ensureNew: true }))
        assert.strictEqual(error._tag, "BatchChangeExists")
        assert.strictEqual((yield* applyBatchSpec({ batchSpecId, actorId: by.id })).batchChange.id, batchChange.id)
      })
  )

  it.effect("is for the members of its namespace, who may read its repositories, and once it is finished", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const stranger = yield* maker(at)
      const { batchSpecId } = yield* batchSpec(by, [[at, {}]])
      const tag = (options: { batchSpecId: number; actorId?: number }) =>
        Effect.map(Effect.flip(applyBatchSpec(options)), ({ _tag }) => _tag)
      assert.strictEqual(yield* tag({ batchSpecId, actorId: stranger.id }), "BatchSpecUnknown")
      assert.strictEqual(yield* tag({ batchSpecId: 0 }), "BatchSpecUnknown")
      const unfinished = yield* batchSpec(by, [], { completedAt: null })
      assert.strictEqual(yield* tag({ ...unfinished, actorId: by.id }), "BatchSpecUnfinished")
      const failed = yield* batchSpec(by, [], { completedAt: null, failure: "it cannot be" })
      assert.strictEqual(yield* tag({ ...failed, actorId: by.id }), "BatchSpecFailed")
      const hidden = yield* repository()
      const secret = yield* batchSpec(by, [[hidden, {}]])
      const preview = yield* previewBatchSpec({ batchSpecId: secret.batchSpecId, actorId: by.id })
      assert.deepInclude(preview, { changesets: [], hidden: 1 })
      const refused = yield* Effect.flip(applyBatchSpec({ batchSpecId: secret.batchSpecId, actorId: by.id }))
      assert.strictEqual(refused._tag, "ChangesetsRefused")
      assert.notInclude(refused.message, hidden.name)
    })
  )

  it.effect("publishes what people say, where the spec leaves it to them", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchSpecId, specIds } = yield* batchSpec(by, [
        [at, { published: null }],
        [at, { headRef: "x" }]
      ])
      const [left, decided] = specIds as [number, number]
      const options = { batchSpecId, actorId: by.id }
      const plain = yield* previewBatchSpec(options)
      assert.deepStrictEqual(plain.totals.operations, { push: 1, publish: 1 })
      const uiPublication = { [left]: "draft" } as const
      const chosen = yield* previewBatchSpec({ ...options, uiPublication })
      assert.deepStrictEqual(chosen.totals.operations, { push: 2, publish: 1, publishDraft: 1 })
      assert.notStrictEqual(plain.hash, chosen.hash)
      for (const wrong of [decided, 0]) {
        const error = yield* Effect.flip(previewBatchSpec({ ...options, uiPublication: { [wrong]: "draft" } }))
        assert.strictEqual(error._tag, "PublicationRejected")
      }
      const moved = yield* Effect.flip(applyBatchSpec({ ...options, expectedHash: chosen.hash }))
      assert.strictEqual(moved._tag, "PlanMoved")
      yield* applyBatchSpec({ ...options, uiPublication, expectedHash: chosen.hash })
      const rows = yield* changesetsOf(at)
      assert.deepStrictEqual(
        rows.map(({ uiPublication: said }) => said),
        ["draft", null]
      )
    })
  )

  it.effect("tries again what failed", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      yield* applyOf(by, [[at, {}]])
      const { id } = yield* theChangeset(at)
      yield* alterChangeset(id, { reconcilerState: "failed", failureMessage: "no", attention: "look" })
      yield* applyOf(by, [[at, {}]])
      assert.deepInclude(yield* rowOf(id), { reconcilerState: "queued", attention: "look" })
      yield* alterChangeset(id, { reconcilerState: "failed" })
      yield* applyOf(by, [[at, { title: "Other" }]])
      assert.deepInclude(yield* rowOf(id), { reconcilerState: "queued", attention: null })
    })
  )

  it.effect("is refused while its batch change is closed, which closes what it made", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchChange } = yield* applyOf(by, [
        [at, {}],
        [at, { headRef: "waits" }]
      ])
      const [published, waits] = yield* changesetsOf(at)
      yield* reconcile(published!.id)
      const closed = yield* closeBatchChange({ id: batchChange.id, closeChangesets: true, actorId: by.id })
      assert.deepInclude(closed, { closing: 1 })
      assert.isNotNull(closed.batchChange.closedAt)
      assert.deepInclude(yield* rowOf(waits!.id), {
        reconcilerState: "failed",
        failureMessage: "Canceled: its batch change was closed"
      })
      yield* reconcile(published!.id)
      assert.deepInclude(yield* rowOf(published!.id), { externalState: "closed" })
      assert.strictEqual((yield* Effect.flip(applyOf(by, [[at, {}]])))._tag, "BatchChangeClosed")
      yield* reopenBatchChange({ id: batchChange.id, actorId: by.id })
      yield* applyOf(by, [[at, {}]])
      yield* reconcile(published!.id)
      assert.deepInclude(yield* rowOf(published!.id), { externalState: "open" })
    })
  )

  it.effect("a batch change that is moved keeps its changesets, and its old name is free", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchChange } = yield* applyOf(by, [[at, {}]])
      const { id } = batchChange
      const rejected = yield* Effect.flip(moveBatchChange({ id, name: "a b", actorId: by.id }))
      assert.strictEqual(rejected._tag, "BatchChangeNameRejected")
      assert.deepInclude(yield* moveBatchChange({ id, name: "renamed", actorId: by.id }), { id, name: "renamed" })
      const other = yield* applyOf(by, [])
      assert.notStrictEqual(other.batchChange.id, id)
      const taken = yield* Effect.flip(moveBatchChange({ id, name: "Upgrade", actorId: by.id }))
      assert.strictEqual(taken._tag, "BatchChangeExists")
      const stranger = yield* maker()
      assert.strictEqual(
        (yield* Effect.flip(moveBatchChange({ id, name: "mine", actorId: stranger.id })))._tag,
        "BatchChangeUnknown"
      )
    })
  )

  it.effect("a batch change that is deleted leaves its pull requests to themselves", () =>
    Effect.gen(function* () {
      const { run } = yield* Database
      const { at, by } = yield* place
      const { batchChange } = yield* applyOf(by, [[at, {}]])
      const { id } = yield* theChangeset(at)
      yield* reconcile(id)
      yield* deleteBatchChange({ id: batchChange.id, actorId: by.id })
      assert.deepStrictEqual(
        yield* run((db) => db.select().from(batchChanges).where(eq(batchChanges.id, batchChange.id))),
        []
      )
      assert.deepInclude(yield* rowOf(id), { ownerId: null, externalState: "open" })
      assert.isNotNull((yield* rowOf(id)).detachedAt)
      const error = yield* Effect.flip(applyOf(by, [[at, {}]]))
      assert.include(error.message, "which is still open")
    })
  )
})

layer(batchForge(), { excludeTestServices: true, timeout: "60 seconds" })("a plan that somebody looked at", (it) => {
  const looked = Effect.gen(function* () {
    const { run } = yield* Database
    const { at, by } = yield* place
    yield* applyOf(by, [
      [at, {}],
      [at, { headRef: "same" }]
    ])
    const [changed, same] = yield* changesetsOf(at)
    yield* reconcile(changed!.id)
    yield* reconcile(same!.id)
    const { batchSpecId } = yield* batchSpec(by, [
      [at, { title: "Other" }],
      [at, { headRef: "same" }]
    ])
    const previewed = yield* previewBatchSpec({ batchSpecId, actorId: by.id })
    const apply = applyBatchSpec({ batchSpecId, actorId: by.id, expectedHash: previewed.hash, previewed })
    return { run, at, by, changed: changed!, same: same!, batchSpecId, previewed, apply }
  })
  const moves: ReadonlyArray<readonly [string, Partial<Parameters<typeof alterChangeset>[1]>, "changed" | "same"]> = [
    ["it was merged", { externalState: "merged" }, "changed"],
    ["it was closed", { externalState: "closed" }, "changed"],
    ["somebody pushed to it", { externalHeadSha: "f".repeat(40) }, "changed"],
    ["somebody wants it closed", { closing: true }, "changed"],
    ["somebody wants it published", { uiPublication: "published" }, "changed"],
    ["it is not published after all", { publication: "unpublished" }, "changed"],
    ["another spec was reached", { previousSpecId: null }, "changed"],
    ["what was to stay as it is was closed", { externalState: "closed" }, "same"],
    ["what was to stay as it is became read-only and unpublished", { publication: "unpublished" }, "same"]
  ]
  for (const [name, columns, which] of moves) {
    it.effect(`is refused where ${name}, and says what it is now`, () =>
      Effect.gen(function* () {
        const scene = yield* looked
        yield* alterChangeset(scene[which].id, columns)
        const before = yield* changesetsOf(scene.at)
        const error = (yield* Effect.flip(scene.apply)) as PlanMoved
        assert.strictEqual(error._tag, "PlanMoved")
        assert.strictEqual(error.expected, scene.previewed.hash)
        assert.lengthOf(error.changes, 1)
        assert.include(error.changes[0], which === "same" ? " same:" : " drover/b:")
        assert.deepStrictEqual(yield* changesetsOf(scene.at), before)
        const again = yield* previewBatchSpec({ batchSpecId: scene.batchSpecId, actorId: scene.by.id })
        assert.strictEqual(again.hash, error.actual)
      })
    )
  }

  const still: typeof moves = [
    ["its checks failed", { checkState: "failure" }, "changed"],
    ["it was reviewed", { reviewState: "approved" }, "changed"],
    ["it conflicts", { mergeableState: "dirty", conflictedPaths: ["a"] }, "changed"],
    ["it was labelled", { labels: ["x"] }, "changed"],
    ["it waits for its turn", { reconcilerState: "queued", turn: 9 }, "changed"],
    ["it failed before", { reconcilerState: "failed", failureMessage: "no" }, "changed"],
    ["it was looked at", { syncedAt: new Date(), externalUpdatedAt: new Date() }, "changed"],
    ["somebody pushed to what stays as it is", { externalHeadSha: "f".repeat(40) }, "same"],
    ["what stays as it is was merged", { externalState: "merged" }, "same"]
  ]
  for (const [name, columns, which] of still) {
    it.effect(`holds where ${name}`, () =>
      Effect.gen(function* () {
        const scene = yield* looked
        yield* alterChangeset(scene[which].id, columns)
        assert.isTrue((yield* scene.apply).applied)
      })
    )
  }

  it.effect("is refused where the batch change let go of a changeset, or another made one of its branches", () =>
    Effect.gen(function* () {
      const scene = yield* looked
      yield* askToDetach({ batchChangeId: scene.previewed.batchChange.id!, changesetIds: [scene.changed.id] })
      assert.strictEqual((yield* Effect.flip(scene.apply))._tag, "PlanMoved")

      const at = yield* repository()
      const by = yield* maker(at)
      const { batchSpecId } = yield* batchSpec(by, [[at, {}]])
      const { hash } = yield* previewBatchSpec({ batchSpecId, actorId: by.id })
      yield* applyOf(yield* maker(at), [[at, {}]])
      const error = yield* Effect.flip(applyBatchSpec({ batchSpecId, actorId: by.id, expectedHash: hash }))
      assert.strictEqual(error._tag, "PlanMoved")
    })
  )

  it.effect("is refused where a repository is gone, and holds for a spec that says the same", () =>
    Effect.gen(function* () {
      const { at, by, previewed, run } = yield* looked
      const twin = yield* batchSpec(by, [
        [at, { title: "Other" }],
        [at, { headRef: "same" }]
      ])
      const options = { batchSpecId: twin.batchSpecId, actorId: by.id, expectedHash: previewed.hash }
      yield* run((db) => db.update(repositories).set({ deletedAt: new Date() }).where(eq(repositories.id, at.id)))
      assert.strictEqual((yield* Effect.flip(applyBatchSpec(options)))._tag, "PlanMoved")
      yield* run((db) => db.update(repositories).set({ deletedAt: null }).where(eq(repositories.id, at.id)))
      assert.isTrue((yield* applyBatchSpec(options)).applied)
    })
  )
})
