/** What a pull request says of itself, and what it goes into. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const updating: ReadonlyArray<ContractCase> = [
  gives("changes what it is asked to and leaves the rest, however often it is asked", function* (scene) {
    const { host } = scene
    const { at } = yield* proposed(scene)
    const again = { times: 1 }

    const titled = yield* Effect.repeat(host.update({ ...at, title: "Another title" }), again)
    assert.deepInclude(titled, { title: "Another title", body: "Because.", baseRef: "main" })
    const described = yield* Effect.repeat(host.update({ ...at, body: "" }), again)
    assert.deepInclude(described, { title: "Another title", body: "" })
    const unchanged = yield* host.update(at)
    assert.deepInclude(unchanged, { title: "Another title", body: "", baseRef: "main", state: "open" })
  }),

  gives("brings it to another base", function* (scene) {
    const { host, people } = scene
    const { at } = yield* proposed(scene)
    const base = yield* people.commit("release", { "r.txt": "" })

    const moved = yield* host.update({ ...at, baseRef: "release", title: "For the release" })

    assert.deepInclude(moved, { baseRef: "release", baseSha: base, title: "For the release" })
    assert.deepInclude(yield* host.load(at), { baseRef: "release" })
  }),

  gives("rejects a base that is not there, and changes nothing", function* (scene) {
    const { host } = scene
    const { at } = yield* proposed(scene)

    const error = yield* Effect.flip(host.update({ ...at, baseRef: "nowhere" }))

    assert.deepInclude(error, { _tag: "RejectedByHost", retryable: false })
    assert.deepInclude(yield* host.load(at), { baseRef: "main", title: "Change feature" })
  })
]
