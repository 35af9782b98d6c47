/** Closing and opening again. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const ending: ReadonlyArray<ContractCase> = [
  gives("closes a pull request, and leaves closed what is, with its branch", function* (scene) {
    const { host, repository } = scene
    const { at, head } = yield* proposed(scene)

    const closed = yield* Effect.repeat(host.close(at), { times: 1 })

    assert.deepInclude(closed, { state: "closed", title: "Change feature" })
    assert.strictEqual(yield* host.tip({ repository, branch: "feature" }), head)
  }),

  gives("opens a closed one again, and leaves open what is, or says that it cannot", function* (scene) {
    const { host } = scene
    const { at } = yield* proposed(scene)
    yield* host.close(at)
    if (!host.abilities.reopen) {
      assert.strictEqual((yield* Effect.flip(host.reopen(at)))._tag, "NotSupportedByHost")
      return
    }

    const open = yield* Effect.repeat(host.reopen(at), { times: 1 })

    assert.deepInclude(open, { state: "open", externalId: at.externalId })
  }),

  gives("leaves merged what is merged: it is neither closed nor opened again", function* (scene) {
    const { host } = scene
    const { at } = yield* proposed(scene)
    yield* host.merge({ ...at, method: host.abilities.mergeMethods[0] ?? "merge" })

    assert.deepInclude(yield* host.close(at), { state: "merged" })
    const error = yield* Effect.flip(host.reopen(at))
    assert.include(["RejectedByHost", "NotSupportedByHost"], error._tag)
    assert.isFalse(error.retryable)
    assert.deepInclude(yield* host.load(at), { state: "merged" })
  })
]
