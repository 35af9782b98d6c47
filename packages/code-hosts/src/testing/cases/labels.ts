/** Labels, where the host has them. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const labels: ReadonlyArray<ContractCase> = [
  gives("adds and removes labels, however often it is asked, or says that it has none", function* (scene) {
    const { host } = scene
    const { at } = yield* proposed(scene)
    if (!host.abilities.labels) {
      assert.strictEqual((yield* Effect.flip(host.label({ ...at, add: ["drover"] })))._tag, "NotSupportedByHost")
      return
    }

    const labelled = yield* Effect.repeat(host.label({ ...at, add: ["drover", "needs review"] }), { times: 1 })
    assert.sameMembers([...labelled.labels], ["drover", "needs review"])
    const swapped = yield* Effect.repeat(
      host.label({ ...at, add: ["done"], remove: ["needs review", "never there"] }),
      {
        times: 1
      }
    )
    assert.sameMembers([...swapped.labels], ["drover", "done"])
    assert.sameMembers([...(yield* host.load(at)).labels], ["drover", "done"])
  })
]
