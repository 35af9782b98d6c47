import { Snooze } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { calls, ControlledHosts } from "../support/ControlledHosts.ts"
import {
  alterChangeset,
  batchForge,
  failing,
  publishedScene,
  pullsOf,
  reconcile,
  respec,
  rowOf,
  toldOf
} from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler", (it) => {
  it.effect("updates what a new spec says otherwise, and pushes nothing", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const next = yield* respec(made, { title: "Another", body: "See ${{ batch_change_link }}, please" })

      yield* reconcile(made.id)

      assert.deepStrictEqual(yield* calls, ["update"])
      const [pull] = yield* pullsOf(made.repositoryId)
      assert.deepInclude(pull, {
        title: "Another",
        body: `See _Made by Drover's batch change \`${made.owner.namespace}/upgrade\`._, please`
      })
      assert.deepInclude(yield* rowOf(made.id), { externalTitle: "Another", previousSpecId: next.id })
    })
  )

  it.effect("gives a changeset back after a push, and goes on without a second one", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const next = yield* respec(made, { content: "three" })
      const hosts = yield* ControlledHosts
      hosts.abilities = { settleMillis: 3000 }

      const snooze = yield* failing(made.id)

      assert.instanceOf(snooze, Snooze)
      assert.strictEqual(Duration.toMillis(snooze.for), 3000)
      assert.deepStrictEqual(hosts.calls, ["tip", "push"])
      const between = yield* rowOf(made.id)
      assert.deepInclude(between, { previousSpecId: made.current.id, builtSha: yield* made.git.tip("drover/b") })
      assert.isNull(between.previousFailureMessage)

      yield* alterChangeset(made.id, { reconcilerState: "errored" })
      hosts.calls = []
      yield* reconcile(made.id)

      assert.deepStrictEqual(hosts.calls, ["tip", "load"])
      assert.deepInclude(yield* rowOf(made.id), {
        reconcilerState: "completed",
        previousSpecId: next.id,
        externalHeadSha: between.builtSha
      })
      assert.deepStrictEqual(yield* toldOf(made.id), ["pushed", "published", "pushed"])
    })
  )

  it.effect("makes a draft ready", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene({ published: "draft" })
      yield* respec(made, { published: "true" })

      yield* reconcile(made.id)

      assert.deepStrictEqual(yield* calls, ["markReady"])
      assert.deepInclude(yield* rowOf(made.id), { externalState: "open" })
      assert.deepStrictEqual(yield* toldOf(made.id), ["pushed", "draft", "ready"])
    })
  )
})
