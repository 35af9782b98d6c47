import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ControlledHosts } from "./support/ControlledHosts.ts"
import { batchForge, pullsOf, reconcile, rowOf, scene, stepsOf, toldOf } from "./support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler", (it) => {
  it.effect("pushes and publishes", () =>
    Effect.gen(function* () {
      const { current, git, id, repositoryId } = yield* scene()
      const hosts = yield* ControlledHosts

      yield* reconcile(id)

      const row = yield* rowOf(id)
      assert.deepInclude(row, {
        reconcilerState: "completed",
        publication: "published",
        externalState: "open",
        externalId: "1",
        previousSpecId: current.id,
        computedState: "open"
      })
      assert.strictEqual(row.builtSha, yield* git.tip("drover/b"))
      assert.deepStrictEqual(hosts.calls, ["tip", "push", "create"])
      assert.deepStrictEqual(yield* stepsOf(id), ["push done", "publish done"])
      assert.deepStrictEqual(yield* toldOf(id), ["pushed", "published"])
      assert.lengthOf(yield* pullsOf(repositoryId), 1)
    })
  )
})
