/** Merging: what was seen, once, by the method that was asked for. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { MergeMethod } from "../../Abilities.ts"
import type { NotMergeableReason } from "../../CodeHostError.ts"
import { type ContractCase, type ContractScene, gives, proposed } from "../ContractScene.ts"

const methods: ReadonlyArray<MergeMethod> = ["merge", "squash", "rebase"]

const refused = Effect.fnUntraced(function* (
  { host }: ContractScene,
  options: Parameters<ContractScene["host"]["merge"]>[0],
  reason: NotMergeableReason
) {
  const error = yield* Effect.flip(host.merge(options))
  assert.deepInclude(error, { _tag: "NotMergeableOnHost", retryable: false, reason })
})

const some = ({ host }: ContractScene): MergeMethod => host.abilities.mergeMethods[0] ?? "merge"

export const merging: ReadonlyArray<ContractCase> = [
  ...methods.map((method) =>
    gives(`merges once by the method ${method}, or says that it cannot`, function* (scene) {
      const { host, people, repository, settle } = scene
      const { at, head } = yield* proposed(scene)
      yield* people.commit("main", { "d.txt": "four\n" })
      yield* settle
      const before = yield* host.tip({ repository, branch: "main" })
      if (!host.abilities.mergeMethods.includes(method)) {
        const error = yield* Effect.flip(host.merge({ ...at, method }))
        assert.include(["NotSupportedByHost", "NotMergeableOnHost"], error._tag)
        assert.strictEqual(yield* host.tip({ repository, branch: "main" }), before)
        return
      }

      const merged = yield* host.merge({ ...at, method, expectedHead: head })

      const after = yield* host.tip({ repository, branch: "main" })
      assert.notStrictEqual(after, before)
      assert.deepInclude(merged, { state: "merged", mergeCommitSha: after })
      const again = yield* host.merge({ ...at, method, expectedHead: head })
      assert.deepInclude(again, { state: "merged", mergeCommitSha: merged.mergeCommitSha })
      assert.strictEqual(yield* host.tip({ repository, branch: "main" }), after)
    })
  ),

  gives("says in the commit what it was asked to", function* (scene) {
    const { host, people } = scene
    const method = host.abilities.mergeMethods.find((one) => one !== "rebase")
    if (method === undefined) return
    const { at } = yield* proposed(scene)

    const merged = yield* host.merge({ ...at, method, title: "One title", message: "Two lines\nof text" })

    const said = yield* people.message(merged.mergeCommitSha ?? "")
    assert.strictEqual(said.trimEnd(), "One title\n\nTwo lines\nof text")
  }),

  gives("merges nothing that nobody looked at: the head must be the one that was expected", function* (scene) {
    const { host, people, repository, settle } = scene
    const { at, head } = yield* proposed(scene)
    yield* people.commit("feature", { "c.txt": "unseen\n" })
    yield* settle
    const main = yield* host.tip({ repository, branch: "main" })

    yield* refused(scene, { ...at, method: some(scene), expectedHead: head }, "head moved")

    assert.strictEqual(yield* host.tip({ repository, branch: "main" }), main)
    assert.strictEqual((yield* host.load(at)).state, "open")
  }),

  gives("says that it conflicts, that it is a draft, or that it is closed, and merges nothing", function* (scene) {
    const { host, people, repository, settle } = scene
    const method = some(scene)
    const conflicting = yield* proposed(scene, { files: { "a.txt": "two\n" } })
    const closed = yield* proposed(scene, { branch: "closed", files: { "c.txt": "" } })
    yield* host.close(closed.at)
    yield* people.commit("main", { "a.txt": "three\n" })
    yield* settle
    const main = yield* host.tip({ repository, branch: "main" })

    yield* refused(scene, { ...conflicting.at, method }, "conflict")
    yield* refused(scene, { ...closed.at, method }, "closed")
    if (host.abilities.drafts) {
      const draft = yield* proposed(scene, { branch: "draft", draft: true, files: { "d.txt": "" } })
      yield* refused(scene, { ...draft.at, method }, "draft")
    }

    assert.strictEqual(yield* host.tip({ repository, branch: "main" }), main)
  })
]
