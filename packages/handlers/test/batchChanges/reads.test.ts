import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  applyBatchSpec,
  changesetHistory,
  closeBatchChange,
  findBatchChange,
  listBatchChanges,
  listChangesets
} from "../../src/batchChanges/index.ts"
import { setRole } from "../../src/index.ts"
import { changesetAssociations } from "../../src/schema/changesets.ts"
import { eq } from "drizzle-orm"
import { applyOf, batchSpec, changesetsOf, maker, place, theChangeset } from "./support/applied.ts"
import { alterChangeset, batchForge, reconcile, repository } from "./support/world.ts"

layer(batchForge(), { excludeTestServices: true, timeout: "60 seconds" })("batch changes", (it) => {
  it.effect("are found by id and by name, with how far they are, by those who may use them", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchChange } = yield* applyOf(by, [
        [at, {}],
        [at, { headRef: "x" }],
        [at, { headRef: "y" }]
      ])
      const [one, , three] = yield* changesetsOf(at)
      yield* alterChangeset(one!.id, { reconcilerState: "failed" })
      const { run } = yield* Database
      yield* run((db) =>
        db.update(changesetAssociations).set({ archived: true }).where(eq(changesetAssociations.changesetId, three!.id))
      )
      const found = yield* findBatchChange({ id: batchChange.id, actorId: by.id })
      assert.deepInclude(found, { namespace: by.login, state: "open" })
      assert.deepStrictEqual(found.counts, { total: 2, states: { failed: 1, processing: 1 }, archived: 1 })
      const named = yield* findBatchChange({ namespace: by.login, name: "UPGRADE", actorId: by.id })
      assert.strictEqual(named.id, batchChange.id)
      const stranger = yield* maker(at)
      for (const options of [{ id: batchChange.id, actorId: stranger.id }, { id: 0 }, {}]) {
        assert.strictEqual((yield* Effect.flip(findBatchChange(options)))._tag, "BatchChangeUnknown")
      }
    })
  )

  it.effect("are listed, the newest first, a page at a time, open and closed", () =>
    Effect.gen(function* () {
      const by = yield* maker()
      const ids: Array<number> = []
      for (const name of ["a", "b", "c"]) {
        const { batchSpecId } = yield* batchSpec(by, [], {}, name)
        ids.push((yield* applyBatchSpec({ batchSpecId, actorId: by.id })).batchChange.id)
      }
      yield* closeBatchChange({ id: ids[1]!, actorId: by.id })
      const list = (options: object) =>
        Effect.map(listBatchChanges({ actorId: by.id, ...options }), ({ batchChanges, next }) => ({
          names: batchChanges.map(({ name }) => name),
          next
        }))
      assert.deepStrictEqual(yield* list({}), { names: ["c", "a"], next: null })
      assert.deepStrictEqual(yield* list({ state: "closed" }), { names: ["b"], next: null })
      assert.deepStrictEqual(yield* list({ state: "all", limit: 2 }), { names: ["c", "b"], next: ids[1]! })
      assert.deepStrictEqual(yield* list({ state: "all", limit: 2, before: ids[1] }), { names: ["a"], next: null })
      assert.deepStrictEqual(yield* list({ namespace: by.login, state: "all" }), { names: ["c", "b", "a"], next: null })
    })
  )
})

layer(batchForge(), { excludeTestServices: true, timeout: "60 seconds" })("changesets of a batch change", (it) => {
  it.effect("are found by their state, checks, reviews and words, a page at a time", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const { batchChange } = yield* applyOf(by, [
        [at, { headRef: "one", title: "First 100%" }],
        [at, { headRef: "two", title: "Second" }],
        [at, { headRef: "zoo", title: "Third" }]
      ])
      const rows = yield* changesetsOf(at)
      const [one, two] = rows as [(typeof rows)[0], (typeof rows)[0]]
      yield* alterChangeset(one.id, { checkState: "failure", reconcilerState: "failed" })
      yield* alterChangeset(two.id, { reviewState: "approved", externalTitle: "Renamed" })
      const list = (options: object) =>
        Effect.map(listChangesets({ batchChangeId: batchChange.id, actorId: by.id, ...options }), (page) =>
          page.changesets.map(({ headRef }) => headRef)
        )
      assert.deepStrictEqual(yield* list({}), ["one", "two", "zoo"])
      assert.deepStrictEqual(yield* list({ states: ["failed"] }), ["one"])
      assert.deepStrictEqual(yield* list({ checkStates: ["failure", "error"] }), ["one"])
      assert.deepStrictEqual(yield* list({ reviewStates: ["approved"] }), ["two"])
      assert.deepStrictEqual(yield* list({ search: "renam" }), ["two"])
      assert.deepStrictEqual(yield* list({ search: "second" }), [])
      assert.deepStrictEqual(yield* list({ search: "0%" }), ["one"])
      assert.deepStrictEqual(yield* list({ search: "_" }), [])
      assert.deepStrictEqual(yield* list({ search: at.name }), ["one", "two", "zoo"])
      assert.deepStrictEqual(yield* list({ archived: true }), [])
      const page = yield* listChangesets({ batchChangeId: batchChange.id, limit: 2 })
      assert.strictEqual(page.next, two.id)
      assert.deepInclude(page.changesets[0], {
        title: "First 100%",
        baseRef: "main",
        repository: at.name,
        archived: false
      })
      assert.deepStrictEqual(yield* list({ limit: 2, after: page.next }), ["zoo"])
    })
  )

  it.effect("in repositories that one may not read are counted and not shown", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      const secret = yield* repository()
      yield* setRole({ repositoryId: secret.id, userId: by.id, role: "write" })
      const { batchChange } = yield* applyOf(by, [
        [at, {}],
        [secret, {}]
      ])
      const hidden = yield* theChangeset(secret)
      yield* setRole({ repositoryId: secret.id, userId: by.id, role: null })
      const page = yield* listChangesets({ batchChangeId: batchChange.id, actorId: by.id })
      assert.deepStrictEqual(
        page.changesets.map(({ repositoryId }) => repositoryId),
        [at.id]
      )
      assert.strictEqual(page.hidden, 1)
      const history = yield* Effect.flip(changesetHistory({ changesetId: hidden.id, actorId: by.id }))
      assert.strictEqual(history._tag, "ChangesetMissing")
      const stranger = yield* maker(at)
      const unknown = yield* Effect.flip(listChangesets({ batchChangeId: batchChange.id, actorId: stranger.id }))
      assert.strictEqual(unknown._tag, "BatchChangeUnknown")
    })
  )

  it.effect("have a history, in order, with who did it", () =>
    Effect.gen(function* () {
      const { at, by } = yield* place
      yield* applyOf(by, [[at, {}]])
      const { id: changesetId } = yield* theChangeset(at)
      yield* reconcile(changesetId)
      const history = yield* changesetHistory({ changesetId, actorId: by.id })
      assert.deepStrictEqual(history.map(({ actor, kind }) => [kind, actor]).slice(0, 3), [
        ["created", by.login],
        ["attached", by.login],
        ["pushed", by.login]
      ])
      const [, second] = yield* changesetHistory({ changesetId, after: history[0]!.id, limit: 2 })
      assert.strictEqual(second?.kind, "pushed")
      const stranger = yield* maker(at)
      assert.strictEqual(
        (yield* Effect.flip(changesetHistory({ changesetId, actorId: stranger.id })))._tag,
        "ChangesetMissing"
      )
      assert.strictEqual((yield* Effect.flip(changesetHistory({ changesetId: 0 })))._tag, "ChangesetMissing")
    })
  )
})
