import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  parseBatchSpec,
  previewBatchSpec,
  createBatchSpec,
  revertBatchChange
} from "../../../src/batchChanges/index.ts"
import { setRole } from "../../../src/index.ts"
import { person } from "../../support/batchChanges.ts"
import { ask } from "../../support/history.ts"
import { lines, more, revertForge, scene, show, treeOf } from "./scene.ts"

layer(revertForge(), { excludeTestServices: true })("what undoes a batch change", (it) => {
  it.effect("takes back what was merged, and keeps what was committed since", () =>
    Effect.gen(function* () {
      const { applied, at, follow, merge, revert } = yield* scene
      const repository = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]), "b.txt": "b\n" } })
      yield* merge(repository, yield* follow(repository, "one"))
      yield* more(repository, { on: "main", files: { "a.txt": lines([2, "two"], [18, "later"]), "c.txt": "c\n" } })
      const objects = yield* ask(repository.path, "count-objects", "-v")

      const { changesets, source } = yield* revert

      assert.deepStrictEqual(
        changesets.map(({ baseRef, fate, why }) => [baseRef, fate, why]),
        [["main", "undone", null]]
      )
      assert.strictEqual(yield* ask(repository.path, "count-objects", "-v"), objects)
      const made = yield* applied(repository, source!)
      assert.strictEqual(made.externalState, "open")
      assert.strictEqual(yield* show(repository, `${made.headRef}:a.txt`), lines([18, "later"]).trimEnd())
      assert.strictEqual(yield* ask(repository.path, "ls-tree", "--name-only", made.headRef), "a.txt\nc.txt")
    })
  )

  it.effect("is the tree from before, whichever way three commits were merged", () =>
    Effect.gen(function* () {
      for (const method of ["merge", "squash", "rebase"] as const) {
        const { applied, at, follow, merge, revert } = yield* scene
        const repository = yield* at(
          { on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } },
          { on: "one", files: { "a.txt": lines([2, "two"], [3, "three"]) } },
          { on: "one", files: { "b.txt": "b\n" } },
          // the base has moved on, so that a rebase writes anew
          { on: "main", files: { "c.txt": "c\n" } }
        )
        const before = yield* treeOf(repository, "main")
        yield* merge(repository, yield* follow(repository, "one"), method)
        assert.notStrictEqual(yield* treeOf(repository, "main"), before)

        const { source } = yield* revert

        const made = yield* applied(repository, source!)
        assert.strictEqual(yield* treeOf(repository, made.headRef), before, method)
      }
    })
  )

  it.effect("undoes the last merge first, so that one upon another comes away with it", () =>
    Effect.gen(function* () {
      const { applied, at, follow, merge, revert } = yield* scene
      const repository = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "one"]) } })
      const before = yield* treeOf(repository, "main")
      const one = yield* follow(repository, "one")
      yield* merge(repository, one)
      yield* more(repository, { on: "two", from: "main", files: { "a.txt": lines([2, "two"]) } })
      const two = yield* follow(repository, "two")
      yield* merge(repository, two)

      const { changesets, source } = yield* revert

      assert.deepStrictEqual(
        changesets.map(({ changesetId, fate }) => [changesetId, fate]),
        [
          [two.id, "undone"],
          [one.id, "undone"]
        ]
      )
      assert.strictEqual(yield* treeOf(repository, (yield* applied(repository, source!)).headRef), before)
    })
  )

  it.effect("leaves out what conflicts, is undone or is not merged, and says why of each", () =>
    Effect.gen(function* () {
      const { at, follow, merge, revert } = yield* scene
      const conflicting = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } })
      const undone = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } })
      const open = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } })
      const gone = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } })
      const start = yield* ask(gone.path, "rev-parse", "main")
      for (const repository of [conflicting, undone, gone]) {
        yield* merge(repository, yield* follow(repository, "one"))
      }
      yield* follow(open, "one")
      yield* more(conflicting, { on: "main", files: { "a.txt": lines([2, "three"]) } })
      yield* more(undone, { on: "main", files: { "a.txt": lines() } })
      yield* ask(gone.path, "update-ref", "refs/heads/main", start)

      const { changesets, source } = yield* revert

      assert.isNull(source)
      const told = new Map(changesets.map((one) => [one.repository, one]))
      const fateOf = ({ name }: { readonly name: string }) => told.get(name)!
      assert.strictEqual(fateOf(conflicting).fate, "conflict")
      assert.deepStrictEqual(fateOf(conflicting).conflictedPaths, ["a.txt"])
      assert.include(fateOf(conflicting).why, "main has changed since")
      assert.strictEqual(fateOf(undone).fate, "nothing")
      assert.include(fateOf(undone).why, "none of it any more")
      assert.strictEqual(fateOf(gone).fate, "nothing")
      assert.include(fateOf(gone).why, "no longer has the commit")
      assert.strictEqual(fateOf(open).fate, "unmerged")
      assert.strictEqual(fateOf(open).why, "it is open, not merged")
    })
  )

  it.effect("brings files that are no text back byte by byte", () =>
    Effect.gen(function* () {
      const odd = {
        "dos.txt": "one\r\ntwo\r\n",
        "bytes.bin": Buffer.from([0, 1, 2, 255, 254, 10, 0]),
        "no-newline.txt": "end",
        "grüße \u{1F389}.txt": "\u0085\u2028\uFEFF\t \u{1F389}\n"
      }
      const latin = { "latin.txt": Buffer.from("caf\xE9\nsecond\n", "latin1") }
      for (const files of [odd, latin, { ...odd, ...latin }]) {
        const { applied, at, follow, merge, revert } = yield* scene
        const repository = yield* at(
          { on: "main", files },
          { on: "one", from: "main", files: Object.fromEntries(Object.keys(files).map((path) => [path, null])) }
        )
        const before = yield* treeOf(repository, "main")
        yield* merge(repository, yield* follow(repository, "one"))

        const { source } = yield* revert

        assert.strictEqual(yield* treeOf(repository, (yield* applied(repository, source!)).headRef), before)
      }
    })
  )

  it.effect("is of the batch change's name, or another, and of a branch that git allows", () =>
    Effect.gen(function* () {
      const { at, follow, merge, owner, revert } = yield* scene
      const repository = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } })
      yield* merge(repository, yield* follow(repository, "one"))
      const { source } = yield* revert
      const { changesetTemplate, diffs, name } = yield* parseBatchSpec(source!)
      assert.match(name, /^revert-change-\d+$/)
      assert.strictEqual(changesetTemplate!.branch, `drover/${name}`)
      assert.deepStrictEqual(
        diffs!.map((one) => [one.repository, one.branch]),
        [[repository.name, "main"]]
      )

      const named = yield* revertBatchChange({ batchChangeId: owner.id, actorId: owner.member, name: "undo..it" })
      const odd = yield* parseBatchSpec(named.source!)
      assert.strictEqual(odd.name, "undo..it")
      assert.strictEqual(odd.changesetTemplate!.branch, `drover/revert-${owner.id}`)
      const { batchSpec } = yield* createBatchSpec({
        source: named.source!,
        namespace: owner.namespaceId,
        actorId: owner.member
      })
      const preview = yield* previewBatchSpec({ batchSpecId: batchSpec.id, actorId: owner.member })
      assert.deepStrictEqual(
        preview.changesets.map(({ fate }) => fate),
        ["create"]
      )
    })
  )

  it.effect("is made by who may use the batch change, of repositories that they may read", () =>
    Effect.gen(function* () {
      const { at, follow, merge, owner } = yield* scene
      const repository = yield* at({ on: "one", from: "main", files: { "a.txt": lines([2, "two"]) } })
      yield* merge(repository, yield* follow(repository, "one"))
      const stranger = yield* person("stranger")
      const refused = yield* Effect.flip(revertBatchChange({ batchChangeId: owner.id, actorId: stranger.id }))
      assert.strictEqual(refused._tag, "BatchChangeUnknown")
      yield* setRole({ repositoryId: repository.id, userId: owner.member, role: null })
      const { changesets, hidden, source } = yield* revertBatchChange({
        batchChangeId: owner.id,
        actorId: owner.member
      })
      assert.deepStrictEqual([changesets, hidden, source], [[], 1, null])
    })
  )
})
