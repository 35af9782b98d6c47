import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { addReview, editPullRequest } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { bitbucket } from "./support.ts"

const { scene } = bitbucket()
const sparse = bitbucket({ sparse: true })

/** A scene with a pull request that bob has approved, and somebody who changes it just before a write arrives. */
const overtakenIn = Effect.fnUntraced(function* (make: typeof scene) {
  const on = yield* make()
  yield* on.host.create(opening(on))
  const bob = on.forge.addUser("bob")
  yield* Effect.promise(() => addReview(on.forge, on.remote, bob, on.pullRequest(), { state: "approved", body: "" }))

  /** Runs `meanwhile` when what is asked has read the pull request, and its write is on the way: `times` times. */
  const overtake = <A, E>(ask: Effect.Effect<A, E>, meanwhile: (time: number) => Promise<unknown>, times = 1) =>
    Effect.gen(function* () {
      const latches = Array.from({ length: times }, () => Promise.withResolvers<void>())
      for (const { promise } of latches) {
        on.forge.faults.plan({ kind: "slow", until: promise }, { on: ({ method }) => method !== "GET" })
      }
      on.forge.log.clear()
      const fiber = yield* Effect.forkChild(Effect.exit(ask), { startImmediately: true })
      for (const [time, { resolve }] of latches.entries()) {
        yield* Effect.promise(async () => {
          while (writes().length <= time) await new Promise((next) => setImmediate(next))
          await meanwhile(time)
          resolve()
        })
      }
      return yield* yield* Fiber.join(fiber)
    })
  const writes = () => on.forge.log.all.filter(({ method }) => method !== "GET")
  const edit = (change: Parameters<typeof editPullRequest>[4]) =>
    editPullRequest(on.forge, on.remote, bob, on.pullRequest(), change)
  return { ...on, overtake, writes, edit }
})
const overtaken = overtakenIn(scene)

describe("a write that somebody overtook", () => {
  it.live("is decided again by what is there now, and takes nothing of theirs away", () =>
    Effect.gen(function* () {
      const { at, edit, forge, host, overtake, pullRequest } = yield* overtaken
      const updated = yield* overtake(host.update({ ...at, title: "Better" }), () => edit({ body: "Theirs." }))
      expect(updated).toMatchObject({ title: "Better", body: "Theirs.", reviewState: "approved" })
      // the newest came with the refusal: it is not read again
      expect(forge.log.all.map(({ method }) => method).slice(0, 3)).toEqual(["GET", "PUT", "PUT"])
      expect(pullRequest().reviews).toHaveLength(1)
    })
  )

  it.live("is sent twice at most: then whoever asked hears that it comes to no rest", () =>
    Effect.gen(function* () {
      const { at, edit, host, overtake, pullRequest, writes } = yield* overtaken
      const update = Effect.flip(host.update({ ...at, title: "Better" }))
      const error = yield* overtake(update, (time) => edit({ body: `Theirs ${time}` }), 2)
      expect(error).toMatchObject({ _tag: "HostUnavailable", retryable: true })
      expect(writes()).toHaveLength(2)
      expect(pullRequest().title).toBe("Fix it")
    })
  )

  it.live("closes and opens once more at the newest version", () =>
    Effect.gen(function* () {
      const { at, edit, host, overtake } = yield* overtaken
      expect(yield* overtake(host.close(at), () => edit({ body: "1" }))).toMatchObject({ state: "closed", body: "1" })
      expect(yield* overtake(host.reopen(at), () => edit({ body: "2" }))).toMatchObject({ state: "open", body: "2" })
    })
  )

  it.live("is not sent again where it is so already", () =>
    Effect.gen(function* () {
      const { at, edit, host, overtake, writes } = yield* overtaken
      expect(yield* overtake(host.close(at), () => edit({ state: "closed" }))).toMatchObject({ state: "closed" })
      expect(writes()).toHaveLength(1)
      expect(yield* overtake(host.reopen(at), () => edit({ state: "open" }))).toMatchObject({ state: "open" })
      expect(writes()).toHaveLength(1)
    })
  )

  it.live("merges no head that nobody looked at", () =>
    Effect.gen(function* () {
      const { at, forge, host, overtake, pullRequest, remote, writes } = yield* overtaken
      const expectedHead = pullRequest().headSha
      const merge = Effect.flip(host.merge({ ...at, method: "merge", expectedHead }))
      const error = yield* overtake(merge, () => forge.commit(remote, "fix", { "unseen.txt": "unseen\n" }))
      expect(error).toMatchObject({ _tag: "NotMergeableOnHost", reason: "head moved" })
      expect(writes()).toHaveLength(1)
      expect(yield* host.load(at)).toMatchObject({ state: "open" })
    })
  )

  it.live("merges at the newest version what is as it was expected", () =>
    Effect.gen(function* () {
      const { at, edit, host, overtake, pullRequest, writes } = yield* overtaken
      const expectedHead = pullRequest().headSha
      const merge = host.merge({ ...at, method: "squash", expectedHead })
      expect(yield* overtake(merge, () => edit({ title: "Theirs" }))).toMatchObject({
        state: "merged",
        title: "Theirs"
      })
      expect(writes()).toHaveLength(2)
    })
  )
})

it.live("what is as it was asked for already is not written", () =>
  Effect.gen(function* () {
    const { at, forge, host, writes } = yield* overtaken
    forge.log.clear()
    yield* host.update({ ...at, title: "Fix it", body: "All of it.", baseRef: "main" })
    yield* host.markReady(at)
    yield* host.reopen(at)
    yield* host.requestReviewers?.({ ...at, reviewers: ["bob"] }) ?? Effect.void
    expect(writes()).toEqual([])
  })
)

describe("a server that says little with its refusals", () => {
  it.live("is asked for the open pull request of the branches, among others", () =>
    Effect.gen(function* () {
      const { forge, host, remote, repository } = yield* overtakenIn(sparse.scene)
      yield* Effect.promise(() => forge.commit(remote, "release", { "r.txt": "" }))
      yield* host.create({ ...opening({ repository }), baseRef: "release" })
      expect(yield* host.create(opening({ repository }))).toMatchObject({
        created: false,
        pullRequest: { externalId: "1", baseRef: "main" }
      })
      expect(remote.pullRequests.size).toBe(2)
    })
  )

  it.live("is asked for the newest of one that somebody changed", () =>
    Effect.gen(function* () {
      const { at, edit, forge, host, overtake } = yield* overtakenIn(sparse.scene)
      const updated = yield* overtake(host.update({ ...at, title: "Better" }), () => edit({ body: "Theirs." }))
      expect(updated).toMatchObject({ title: "Better", body: "Theirs." })
      expect(forge.log.all.map(({ method }) => method).slice(0, 4)).toEqual(["GET", "PUT", "GET", "PUT"])
    })
  )

  it.live("is believed that nothing is left to close", () =>
    Effect.gen(function* () {
      const { at, edit, host, overtake, writes } = yield* overtakenIn(sparse.scene)
      expect(yield* overtake(host.close(at), () => edit({ state: "closed" }))).toMatchObject({ state: "closed" })
      expect(writes()).toHaveLength(1)
    })
  )
})
