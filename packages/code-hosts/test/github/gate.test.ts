import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { tokenAuth } from "../../src/github/index.ts"
import { type GatedRequest, RateLimited, type SeenLimits } from "../../src/index.ts"
import { opening } from "../hostScene.ts"
import { github } from "./support.ts"

const { scene } = github()

/** A scene whose requests go through a gate, which is open until it is told otherwise. */
const gated = Effect.gen(function* () {
  const on = yield* scene({ unjudged: true })
  const entered: Array<GatedRequest> = []
  const seen: Array<SeenLimits> = []
  let retryAfter: number | undefined
  const host = yield* on.as(tokenAuth(Redacted.make(on.token)), {
    enter: (request) => {
      entered.push(request)
      const { host: kind, repository } = request
      return retryAfter === undefined
        ? Effect.void
        : Effect.fail(new RateLimited({ host: kind, repository, retryAfter }))
    },
    seen: (limits) => Effect.sync(() => void seen.push(limits))
  })
  const close = (milliseconds: number) => {
    retryAfter = milliseconds
  }
  return { ...on, host, entered, seen, close, at: { repository: on.repository, externalId: "1" } }
})

describe("the gate of requests", () => {
  it.live("sees each request before it is sent, and what its answer says of the limits", () =>
    Effect.gen(function* () {
      const { at, entered, forge, host, repository, seen, ...on } = yield* gated
      forge.log.clear()
      yield* host.create(opening({ repository }))
      yield* host.comment({ ...at, body: "Hello", key: "key" })
      yield* host.update({ ...at, title: "Better" })
      yield* host.markDraft(at)
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "a.txt": "a\n" })
      yield* host.push({ repository, branch: "x", commit, expected: null })
      const created = ["content", "read"]
      const said = ["read", "content"]
      const changed = ["write", "read"]
      const redrafted = ["read", "write"]
      const kinds = [...created, ...said, ...changed, ...redrafted, "git"]
      expect(entered.map(({ kind }) => kind)).toEqual(kinds)
      const sent = forge.log.all.filter(({ git }) => !git)
      expect(seen).toHaveLength(sent.length)
      const where = { host: "github", repository: repository.name }
      expect(seen[0]).toMatchObject({
        ...where,
        kind: "content",
        resource: "core",
        limit: 5000,
        remaining: 4999,
        retryAfter: null
      })
      expect(seen[1]).toMatchObject({ ...where, kind: "read", resource: "graphql" })
      expect(seen[0]?.resetAfter).toBeGreaterThan(3_500_000)
    })
  )

  it.live("lets nothing out while it is closed", () =>
    Effect.gen(function* () {
      const { at, close, forge, host, repository } = yield* gated
      close(7000)
      forge.log.clear()
      const push = { repository, branch: "x", commit: "1".repeat(40), expected: null }
      for (const ask of [host.load(at), host.comment({ ...at, body: "Hello", key: "key" }), host.push(push)]) {
        expect(yield* Effect.flip<void | object, unknown, never>(ask)).toMatchObject({
          _tag: "RateLimited",
          retryAfter: 7000
        })
      }
      expect(forge.log.all).toEqual([])
    })
  )

  it.live("hears of limits, by REST and GraphQL alike", () =>
    Effect.gen(function* () {
      const { at, forge, host, repository, seen } = yield* gated
      yield* host.create(opening({ repository }))
      for (const ask of [host.load(at), host.update({ ...at, title: "Better" })]) {
        forge.faults.plan({ kind: "limit", seconds: 600 })
        yield* Effect.flip(ask)
        expect(seen.at(-1)).toMatchObject({ remaining: 0, retryAfter: expect.closeTo(601_000, -4) })
      }
      forge.faults.plan({ kind: "secondary limit", seconds: 30 })
      yield* Effect.flip(host.load(at))
      expect(seen.at(-1)).toMatchObject({ retryAfter: 30_000 })
    })
  )
})
