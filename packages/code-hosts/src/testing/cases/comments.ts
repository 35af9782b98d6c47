/** Comments are made once. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const comments: ReadonlyArray<ContractCase> = [
  gives("comments once for each key, where it can tell", function* (scene) {
    const { host, people } = scene
    const { at } = yield* proposed(scene)

    yield* host.comment({ ...at, body: "First", key: "bulk-1-changeset-1" })
    if (host.abilities.idempotentComments) {
      const again = host.comment({ ...at, body: "First", key: "bulk-1-changeset-1" })
      yield* Effect.all([again, again, again], { concurrency: "unbounded" })
    }
    yield* host.comment({ ...at, body: "First", key: "bulk-2-changeset-1" })

    // a host may mark what it sends
    const said = yield* people.comments(at.externalId)
    assert.deepStrictEqual(
      said.map((body) => body.startsWith("First")),
      [true, true]
    )
  }),

  gives("finds what it has said itself, letter by letter, and takes nobody else's word for it", function* (scene) {
    const { host, people } = scene
    const { at } = yield* proposed(scene)
    const find = (text: string) => host.hasComment({ ...at, text })
    yield* people.say(at.externalId, "Done by hand. <!-- mark-2_% -->")
    assert.isFalse(yield* find("mark-2_%"))

    yield* host.comment({ ...at, body: "Done. <!-- mark-1_% -->", key: "one" })

    assert.isTrue(yield* find("<!-- mark-1_% -->"))
    assert.isFalse(yield* find("mark-11%"))
    assert.isFalse(yield* find("MARK-1_%"))
    assert.isFalse(yield* find("mark-2_%"))
  }),

  gives("comments on what is closed", function* (scene) {
    const { host, people } = scene
    const { at } = yield* proposed(scene)
    yield* host.close(at)

    yield* host.comment({ ...at, body: "Sorry", key: "bulk-1-changeset-1" })

    assert.lengthOf(yield* people.comments(at.externalId), 1)
  }),

  gives("keeps each pull request's keys apart", function* (scene) {
    const { host, people } = scene
    const one = yield* proposed(scene)
    const other = yield* proposed(scene, { branch: "other", files: { "c.txt": "" } })

    yield* host.comment({ ...one.at, body: "Hello", key: "same" })
    yield* host.comment({ ...other.at, body: "Hello", key: "same" })

    assert.lengthOf(yield* people.comments(one.at.externalId), 1)
    assert.lengthOf(yield* people.comments(other.at.externalId), 1)
  })
]
