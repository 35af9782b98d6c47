import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { FaultyRequest } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { bitbucket } from "./support.ts"

const { scene } = bitbucket()
const writes = ({ git, method }: FaultyRequest) => !git && method !== "GET"

describe("a call whose answer is lost after it was done", () => {
  const lost = [{ kind: "lost answer", status: 502 }, { kind: "cut" }, { kind: "truncated" }] as const

  it.live.each(lost)("leaves one pull request, one comment and one merge: %o", (fault) =>
    Effect.gen(function* () {
      const on = yield* scene()
      const { at, forge, host } = on
      forge.faults.plan(fault, { on: writes })
      expect(yield* Effect.flip(host.create(opening(on)))).toMatchObject({ _tag: "HostUnavailable" })
      expect(yield* host.create(opening(on))).toMatchObject({ created: false, pullRequest: { externalId: "1" } })
      const asks = [
        host.comment({ ...at, body: "Hello", key: "key" }),
        host.update({ ...at, title: "Better" }),
        host.close(at),
        host.reopen(at),
        host.merge({ ...at, method: "merge" })
      ]
      for (const ask of asks) {
        forge.faults.plan(fault, { on: writes })
        yield* Effect.exit<unknown, unknown, never>(ask)
        yield* ask
        forge.faults.clear()
      }
      expect(on.remote.pullRequests.size).toBe(1)
      expect(on.pullRequest().comments).toHaveLength(1)
      expect(yield* host.load(at)).toMatchObject({ state: "merged", title: "Better" })
    })
  )
})

describe("a limit", () => {
  it.live("is told with when to come back, and nothing is sent before", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      for (const ask of [on.host.load(on.at), on.host.merge({ ...on.at, method: "merge" })]) {
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
