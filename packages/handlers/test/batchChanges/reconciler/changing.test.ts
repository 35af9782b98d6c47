import { Snooze } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { updatePullRequest } from "../../../src/index.ts"
import { answer, calls, ControlledHosts, unavailable } from "../support/ControlledHosts.ts"
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

layer(batchForge(), { excludeTestServices: true })("a spec that was begun and taken back", (it) => {
  const fails = (id: number) => Effect.andThen(failing(id), alterChangeset(id, { reconcilerState: "errored" }))
  /** The spec that was there before, once more. */
  const back = Effect.fnUntraced(function* (made: Effect.Success<ReturnType<typeof publishedScene>>) {
    const first = yield* made.git.tip("drover/b")
    return { first, again: Effect.andThen(respec(made, {}), reconcile(made.id)) }
  })

  for (const lost of [false, true]) {
    const how = lost ? "whose push was done, and never answered for" : "whose push was done, and whose update failed"
    it.effect(`${how} leaves nothing behind on the branch`, () =>
      Effect.gen(function* () {
        const made = yield* publishedScene()
        const { again, first } = yield* back(made)
        yield* respec(made, { content: "three", title: "Another" })
        yield* lost ? answer("push", unavailable, true) : answer("update", unavailable)
        yield* fails(made.id)
        assert.notStrictEqual(yield* made.git.tip("drover/b"), first)

        yield* again

        assert.strictEqual(yield* made.git.tip("drover/b"), first)
        assert.deepInclude(yield* rowOf(made.id), { pushedSha: first, builtSha: first, begunSpecIds: [] })
      })
    )
  }

  it.effect("leaves nothing behind in the pull request, whether or not its host answered", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const { again } = yield* back(made)
      yield* respec(made, { title: "Another" })
      yield* answer("update", unavailable, true)
      yield* fails(made.id)
      assert.deepInclude((yield* pullsOf(made.repositoryId))[0], { title: "Another" })

      yield* again

      assert.deepInclude((yield* pullsOf(made.repositoryId))[0], { title: "Add b" })
    })
  )

  it.effect("leaves nothing behind though yet another was begun after it", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const { again, first } = yield* back(made)
      yield* respec(made, { content: "three", title: "Another" })
      yield* answer("update", unavailable)
      yield* fails(made.id)
      yield* respec(made, { title: "A third" })
      yield* answer("tip", unavailable)
      yield* fails(made.id)

      yield* again

      assert.strictEqual(yield* made.git.tip("drover/b"), first)
      assert.deepInclude(yield* rowOf(made.id), { begunSpecIds: [], externalTitle: "Add b" })
    })
  )

  it.effect("leaves a title alone that a person changed, where it was not about the title", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const { again } = yield* back(made)
      yield* respec(made, { content: "three" })
      yield* answer("push", unavailable, true)
      yield* fails(made.id)
      const [pull] = yield* pullsOf(made.repositoryId)
      yield* updatePullRequest({ pullRequestId: pull!.id, title: "In a person's words" })

      yield* again

      assert.deepInclude((yield* pullsOf(made.repositoryId))[0], { title: "In a person's words" })
    })
  )

  it.effect("that nobody has any more is taken for one that said something else everywhere", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      yield* alterChangeset(made.id, { begunSpecIds: [999_999] })

      yield* reconcile(made.id)

      assert.deepStrictEqual(yield* calls, ["tip", "update"])
      assert.deepInclude(yield* rowOf(made.id), { begunSpecIds: [] })
    })
  )
})
