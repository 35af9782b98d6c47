/** Drafts, where the host has them. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const drafts: ReadonlyArray<ContractCase> = [
  gives("makes a draft that becomes ready once, where it has drafts", function* (scene) {
    const { host } = scene
    if (!host.abilities.drafts) return
    const { at, pullRequest } = yield* proposed(scene, { draft: true })
    assert.deepInclude(pullRequest, { draft: true, state: "open", title: "Change feature" })

    const ready = yield* Effect.repeat(host.markReady(at), { times: 1 })

    assert.deepInclude(ready, { draft: false, state: "open", title: "Change feature" })
    assert.deepInclude(yield* host.load(at), { draft: false })
  }),

  gives("makes what is ready a draft again, or says that it cannot", function* (scene) {
    const { host } = scene
    const { at } = yield* proposed(scene)
    if (!host.abilities.redraft) {
      assert.strictEqual((yield* Effect.flip(host.markDraft(at)))._tag, "NotSupportedByHost")
      return
    }

    const redrafted = yield* Effect.repeat(host.markDraft(at), { times: 1 })

    assert.deepInclude(redrafted, { draft: true, state: "open" })
  }),

  gives("leaves ready what is ready", function* (scene) {
    const { at } = yield* proposed(scene)

    assert.deepInclude(yield* scene.host.markReady(at), { draft: false, state: "open" })
  })
]
