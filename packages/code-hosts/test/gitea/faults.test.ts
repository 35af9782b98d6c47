import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { FaultyRequest } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { gitea } from "./support.ts"

const { scene } = gitea()
const writes = ({ git, method }: FaultyRequest) => !git && method !== "GET"
const at = ({ repository }: Parameters<typeof opening>[0]) => ({ repository, externalId: "1" })

describe("a call whose answer is lost after it was done", () => {
  const lost = [{ kind: "lost answer", status: 502 }, { kind: "cut" }, { kind: "truncated" }] as const

  it.live.each(lost)("leaves one pull request, one comment and one merge: %o", (fault) =>
    Effect.gen(function* () {
      const on = yield* scene()
      on.forge.faults.plan(fault, { on: writes })
      expect(yield* Effect.flip(on.host.create(opening(on)))).toMatchObject({ _tag: "HostUnavailable" })
      expect(yield* on.host.create(opening(on))).toMatchObject({ created: false, pullRequest: { externalId: "1" } })
      yield* Effect.forEach(
        [on.host.comment({ ...at(on), body: "Hello", key: "key" }), on.host.merge({ ...at(on), method: "merge" })],
        (ask) =>
          Effect.gen(function* () {
            on.forge.faults.plan(fault, { on: writes })
            yield* Effect.exit(ask)
            yield* ask
          })
      )
      on.forge.faults.clear()
      expect(on.remote.pullRequests.size).toBe(1)
      expect(on.remote.pullRequests.get(1)?.comments).toHaveLength(1)
      expect(yield* on.host.load(at(on))).toMatchObject({ state: "merged" })
    })
  )
})

describe("a limit", () => {
  it.live("is told with when to come back, and nothing is sent before", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      for (const ask of [on.host.load(at(on)), on.host.merge({ ...at(on), method: "merge" })]) {
        on.forge.faults.plan({ kind: "too many", seconds: 6 })
        on.forge.log.clear()
        expect(yield* Effect.flip(ask)).toMatchObject({ _tag: "RateLimited", retryAfter: 6000 })
        expect(on.forge.log.all).toHaveLength(1)
        on.forge.faults.plan({ kind: "unavailable", status: 503, seconds: 9 })
        on.forge.log.clear()
        expect(yield* Effect.flip(ask)).toMatchObject({ _tag: "HostUnavailable", retryAfter: 9000 })
        expect(on.forge.log.all).toHaveLength(1)
      }
    })
  )
})

describe("what Gitea says of conflicts", () => {
  it.live.each(["late", "stale"] as const)("is confirmed by git when it is %s, and a merge tells the truth", (how) =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      on.forge.mergeability = how
      yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "fix.txt": "otherwise\n" }))
      const error = yield* Effect.flip(on.host.merge({ ...at(on), method: "merge" }))
      on.forge.mergeability = "exact"
      expect(error).toMatchObject({ _tag: "NotMergeableOnHost", reason: "conflict" })
      expect(yield* on.host.load(at(on))).toMatchObject({ mergeableState: "dirty", conflictedPaths: ["fix.txt"] })
    })
  )

  it.live("is no conflict while it only computes", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      on.forge.mergeability = "late"
      const { pullRequest } = yield* on.host.create(opening(on))
      yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "b.txt": "b\n" }))
      const first = yield* on.host.load(at(on))
      on.forge.mergeability = "exact"
      expect([pullRequest.conflictedPaths, first.mergeableState]).toEqual([[], "unknown"])
      expect(yield* on.host.load(at(on))).toMatchObject({ mergeableState: "clean" })
    })
  )
})

it.live("an interruption ends the request", () =>
  Effect.gen(function* () {
    const on = yield* scene()
    const never = Promise.withResolvers<void>()
    on.forge.faults.plan({ kind: "slow", until: never.promise })
    on.forge.log.clear()
    const fiber = yield* Effect.forkChild(on.host.create(opening(on)), { startImmediately: true })
    yield* Effect.promise(async () => {
      while (on.forge.log.all.length === 0) await new Promise((resolve) => setImmediate(resolve))
    })
    yield* Fiber.interrupt(fiber)
    expect(on.remote.pullRequests.size).toBe(0)
  })
)
