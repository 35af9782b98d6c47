import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { FaultyRequest } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { github, until } from "./support.ts"

// Past prism, which would mend or judge what is broken on purpose.
const { scene } = github()
const broken = scene({ unjudged: true })

const writes = ({ git, method, path }: FaultyRequest) => !git && method !== "GET" && !path.endsWith("/graphql")

describe("a call whose answer is lost after it was done", () => {
  const lost = [{ kind: "lost answer", status: 502 }, { kind: "cut" }, { kind: "truncated" }] as const

  it.live.each(lost)("leaves one pull request when it is made again: %o", (fault) =>
    Effect.gen(function* () {
      const on = yield* broken
      on.forge.faults.plan(fault, { on: writes })
      const error = yield* Effect.flip(on.host.create(opening(on)))
      expect(error).toMatchObject({ _tag: "HostUnavailable", retryable: true })
      const again = yield* on.host.create(opening(on))
      expect(again).toMatchObject({ created: false, pullRequest: { externalId: "1", title: "Fix it" } })
      expect(on.remote.pullRequests.size).toBe(1)
    })
  )

  it.live.each(lost)("leaves one comment, and one merge: %o", (fault) =>
    Effect.gen(function* () {
      const on = yield* broken
      yield* on.host.create(opening(on))
      const at = { repository: on.repository, externalId: "1" }
      for (const ask of [
        on.host.comment({ ...at, body: "Hello", key: "key" }),
        on.host.update({ ...at, title: "Better" }),
        on.host.label({ ...at, add: ["batch"] }),
        on.host.merge({ ...at, method: "merge" })
      ]) {
        on.forge.faults.plan(fault, { on: writes })
        expect((yield* Effect.flip(ask))._tag).toBe("HostUnavailable")
        yield* ask
      }
      expect(on.remote.pullRequests.get(1)?.comments).toHaveLength(1)
      expect(yield* on.host.load(at)).toMatchObject({ state: "merged", title: "Better", labels: ["batch"] })
    })
  )

  it.live.each([1, 2, 3, 4, 5])("ends well in any order of faults, such as that of the seed %i", (seed) =>
    Effect.gen(function* () {
      const on = yield* broken
      const faults = lost.map((fault) => ({ fault, likelihood: 0.1 }))
      on.forge.faults.seed(seed, faults)
      const patiently = <A, E>(ask: Effect.Effect<A, E>) => Effect.retry(ask, { times: 100 })
      const at = { repository: on.repository, externalId: "1" }
      const { pullRequest } = yield* patiently(on.host.create({ ...opening(on), draft: true }))
      for (const key of ["one", "two", "three"]) yield* patiently(on.host.comment({ ...at, body: key, key }))
      yield* patiently(on.host.markReady(at))
      yield* patiently(on.host.close(at))
      yield* patiently(on.host.reopen(at))
      const method = "squash"
      const merged = yield* patiently(on.host.merge({ ...at, method }))
      on.forge.faults.clear()
      expect([pullRequest.externalId, merged.state, on.remote.pullRequests.size]).toEqual(["1", "merged", 1])
      expect(on.remote.pullRequests.get(1)?.comments).toHaveLength(3)
    })
  )
})

describe("a limit", () => {
  it.live("is told with when to come back, and nothing is sent before", () =>
    Effect.gen(function* () {
      const on = yield* broken
      yield* on.host.create(opening(on))
      const { faults, log } = on.forge
      const at = { repository: on.repository, externalId: "1" }
      const waits: Array<unknown> = []
      for (const fault of [
        { kind: "limit", seconds: 1200 },
        { kind: "secondary limit", seconds: 90 },
        { kind: "secondary limit" },
        { kind: "too many", seconds: 6 }
      ] as const) {
        for (const ask of [on.host.load(at), on.host.update({ ...at, title: "Better" })]) {
          faults.plan(fault)
          log.clear()
          const error = yield* Effect.flip(ask)
          expect(log.all).toHaveLength(1)
          waits.push([error._tag, error._tag === "RateLimited" ? Math.round(error.retryAfter / 1000) : undefined])
          // whoever does not wait is seen
          yield* ask
          expect(log.all.at(-1)?.early).toBe(true)
          log.clear()
          on.forge.clock.advance(error._tag === "RateLimited" ? error.retryAfter : 0)
          yield* ask
          expect(log.all.filter(({ early }) => early)).toEqual([])
        }
      }
      expect(waits).toEqual([1201, 1201, 90, 90, 60, 60, 6, 6].map((seconds) => ["RateLimited", seconds]))
    })
  )
})

describe("a host that is at fault", () => {
  it.live("is told with when to come back, where it says so", () =>
    Effect.gen(function* () {
      const on = yield* broken
      const at = { repository: on.repository, externalId: "1" }
      on.forge.faults.plan({ kind: "unavailable", status: 503, seconds: 20 })
      expect(yield* Effect.flip(on.host.load(at))).toMatchObject({
        _tag: "HostUnavailable",
        retryAfter: 20_000,
        explanation: "503 Unicorn!"
      })
      on.forge.faults.plan({ kind: "unavailable", status: 500 })
      const error = yield* Effect.flip(on.host.create(opening(on)))
      expect(error).toMatchObject({ _tag: "HostUnavailable", retryable: true })
      expect(Object.hasOwn(error, "retryAfter")).toBe(false)
    })
  )

  it.effect("may be so slow that it is not waited for any longer", () =>
    Effect.gen(function* () {
      const on = yield* broken
      on.forge.faults.plan({ kind: "slow", until: new Promise(() => undefined) })
      on.forge.log.clear()
      const at = { repository: on.repository, externalId: "1" }
      const fiber = yield* Effect.forkChild(Effect.flip(on.host.load(at)), { startImmediately: true })
      yield* until(() => on.forge.log.all.length === 1)
      yield* TestClock.adjust("31 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "HostUnavailable", retryable: true })
      yield* until(() => on.forge.log.all[0]?.status !== null)
    })
  )

  it.live("may not be there at all", () =>
    Effect.gen(function* () {
      const on = yield* broken
      yield* Effect.promise(() => on.forge.exclusively(() => Promise.resolve()))
      on.forge.faults.plan({ kind: "cut" })
      const error = yield* Effect.flip(on.host.load({ repository: on.repository, externalId: "1" }))
      expect(error).toMatchObject({ _tag: "HostUnavailable", retryable: true })
    })
  )
})

describe("an interruption", () => {
  it.live("ends the request that is under way", () =>
    Effect.gen(function* () {
      const on = yield* broken
      on.forge.faults.plan({ kind: "slow", until: new Promise(() => undefined) })
      on.forge.log.clear()
      const fiber = yield* Effect.forkChild(on.host.load({ repository: on.repository, externalId: "1" }), {
        startImmediately: true
      })
      yield* until(() => on.forge.log.all.length === 1)
      yield* Fiber.interrupt(fiber)
      // the host sees that nobody waits any more, and answers nobody
      yield* until(() => on.forge.log.all[0]?.status !== null)
      expect(on.forge.log.all).toHaveLength(1)
    })
  )

  it.live("ends the git that is under way", () =>
    Effect.gen(function* () {
      const on = yield* broken
      on.forge.faults.plan({ kind: "slow", until: new Promise(() => undefined) }, { on: ({ git }) => git })
      on.forge.log.clear()
      const fiber = yield* Effect.forkChild(on.host.tip({ repository: on.repository, branch: "main" }), {
        startImmediately: true
      })
      yield* until(() => on.forge.log.all.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => on.forge.log.all[0]?.status !== null)
    })
  )
})

describe("a host that is late to say whether a pull request conflicts", () => {
  it.live("is not taken at its word when it did not merge", () =>
    Effect.gen(function* () {
      const on = yield* broken
      yield* on.host.create(opening(on))
      const at = { repository: on.repository, externalId: "1" }
      on.forge.mergeability = "stale"
      yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "fix.txt": "otherwise\n" }))
      expect(yield* on.host.load(at)).toMatchObject({ mergeableState: "clean" })
      const error = yield* Effect.flip(on.host.merge({ ...at, method: "merge" }))
      on.forge.mergeability = "exact"
      expect(error).toMatchObject({ _tag: "NotMergeableOnHost", reason: "conflict" })
    })
  )
})
