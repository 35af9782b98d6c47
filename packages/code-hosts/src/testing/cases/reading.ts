/** What is shown is what there is. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const reading: ReadonlyArray<ContractCase> = [
  gives("says so where there is no such pull request, whatever it is called", function* (scene) {
    const { host, repository } = scene
    yield* proposed(scene)
    for (const externalId of ["999999", "0", "-1", "1e0", "nothing", "", "99999999999999999999"]) {
      const at = { repository, externalId }

      assert.deepInclude(yield* Effect.flip(host.load(at)), {
        _tag: "PullRequestMissing",
        retryable: false,
        externalId
      })
    }
    const at = { repository, externalId: "999999" }
    const method = host.abilities.mergeMethods[0] ?? "merge"
    for (const asked of [
      host.update({ ...at, title: "Another" }),
      host.close(at),
      host.merge({ ...at, method }),
      host.comment({ ...at, body: "Hello", key: "one" })
    ]) {
      assert.strictEqual((yield* Effect.flip(asked))._tag, "PullRequestMissing")
    }
  }),

  gives("shows the commits that people push to it, and is never older than it was", function* (scene) {
    const { host, people } = scene
    const { at, pullRequest } = yield* proposed(scene)

    const head = yield* people.commit("feature", { "c.txt": "three\n" })
    const base = yield* people.commit("main", { "d.txt": "four\n" })
    yield* scene.settle
    const shown = yield* host.load(at)

    assert.deepInclude(shown, { headSha: head, baseSha: base })
    assert.isAtLeast(shown.updatedAt.getTime(), pullRequest.updatedAt.getTime())
  }),

  gives(
    "says whether it can be merged, once it has computed that, and where it conflicts if it cannot",
    function* (scene) {
      const { host, people, settle } = scene
      const { at } = yield* proposed(scene, { files: { "a.txt": "two\n" } })
      yield* host.load(at)
      yield* settle
      assert.deepInclude(yield* host.load(at), { mergeableState: "clean", conflictedPaths: [] })

      yield* people.commit("main", { "a.txt": "three\n" })
      yield* settle
      yield* host.load(at)
      yield* settle

      const shown = yield* host.load(at)
      assert.strictEqual(shown.mergeableState, "dirty")
      // not every host says where
      assert.includeMembers(["a.txt"], [...shown.conflictedPaths])
    }
  ),

  gives("is newer after every change, or at least no older", function* (scene) {
    const { host, people, settle } = scene
    const { at, pullRequest } = yield* proposed(scene)
    let last = pullRequest.updatedAt.getTime()
    const { labels, reopen } = host.abilities
    const changes = [
      host.update({ ...at, title: "Another" }),
      host.update({ ...at, body: "Another" }),
      ...(labels ? [host.label({ ...at, add: ["drover"] }), host.label({ ...at, remove: ["drover"] })] : []),
      Effect.andThen(people.commit("feature", { "c.txt": "" }), settle),
      ...(reopen ? [host.close(at), host.reopen(at)] : []),
      host.merge({ ...at, method: host.abilities.mergeMethods[0] ?? "merge" })
    ]

    for (const change of changes) {
      yield* change
      const { updatedAt } = yield* host.load(at)
      assert.isAtLeast(updatedAt.getTime(), last)
      last = updatedAt.getTime()
    }
  })
]
