import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { answer, calls, unavailable } from "../support/ControlledHosts.ts"
import {
  alterChangeset,
  batchForge,
  failing,
  forget,
  pullsOf,
  reconcile,
  respec,
  rowOf,
  scene,
  stepsOf,
  toldOf
} from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler", (it) => {
  it.effect("asks no host where there is nothing to do, and has done it", () =>
    Effect.gen(function* () {
      const { current, id } = yield* scene({ published: "false" })

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, [])
      assert.deepStrictEqual(yield* stepsOf(id), [])
      assert.deepInclude(yield* rowOf(id), {
        reconcilerState: "completed",
        publication: "unpublished",
        previousSpecId: current.id
      })
    })
  )

  it.effect("pushes and publishes, each step written down", () =>
    Effect.gen(function* () {
      const { current, git, id, owner, repositoryId } = yield* scene()

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
      assert.strictEqual(row.pushedSha, row.builtSha)
      assert.deepStrictEqual(yield* calls, ["tip", "push", "create"])
      assert.deepStrictEqual(yield* stepsOf(id), ["push done", "publish done"])
      assert.deepStrictEqual(yield* toldOf(id), ["pushed", "published"])
      const [pull, ...others] = yield* pullsOf(repositoryId)
      assert.deepStrictEqual(others, [])
      assert.deepInclude(pull, {
        title: "Add b",
        body: `It was missing.\n\n_Made by Drover's batch change \`${owner.namespace}/upgrade\`._`,
        baseRef: "main",
        headRef: "drover/b",
        draft: false
      })
    })
  )

  it.effect("publishes as a draft", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* scene({ published: "draft" })

      yield* reconcile(id)

      assert.deepInclude(yield* rowOf(id), { publication: "published", externalState: "draft", computedState: "draft" })
      assert.deepStrictEqual(yield* stepsOf(id), ["push done", "publishDraft done"])
      assert.isTrue((yield* pullsOf(repositoryId))[0]?.draft)
    })
  )

  it.effect("adopts the pull request that an attempt made and could not write down", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* scene()
      yield* answer("create", unavailable, true)
      yield* failing(id)
      assert.deepInclude(yield* rowOf(id), { publication: "unpublished", externalId: null })
      yield* alterChangeset(id, { reconcilerState: "errored" })
      yield* forget

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, ["tip", "create"])
      assert.lengthOf(yield* pullsOf(repositoryId), 1)
      assert.deepInclude(yield* rowOf(id), { publication: "published", externalId: "1" })
      assert.deepStrictEqual(yield* stepsOf(id), ["push done", "publish failed", "publish done"])
    })
  )

  it.effect("brings an adopted pull request to what its spec says now", () =>
    Effect.gen(function* () {
      const made = yield* scene({ published: "draft" })
      yield* answer("create", unavailable, true)
      yield* failing(made.id)
      yield* alterChangeset(made.id, { reconcilerState: "errored" })
      yield* respec(made, { title: "Add the letter b" })
      yield* forget

      yield* reconcile(made.id)

      assert.deepStrictEqual(yield* calls, ["tip", "create", "update", "markReady"])
      const [pull, ...others] = yield* pullsOf(made.repositoryId)
      assert.deepStrictEqual(others, [])
      assert.deepInclude(pull, { title: "Add the letter b", draft: false })
      assert.deepInclude(yield* rowOf(made.id), { externalTitle: "Add the letter b", externalState: "open" })
    })
  )
})
