import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Redacted } from "effect"
import { gitlab } from "./support.ts"

const { scene } = gitlab()
const post = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === "POST" && path.endsWith("/merge_requests")

const opening = Effect.fnUntraced(function* () {
  const on = yield* scene({ files: { "a.txt": "one\n" } })
  yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "b.txt": "two\n" }))
  const words = { title: "Fix it", body: "All of it.", baseRef: "main", headRef: "fix", draft: false }
  return { ...on, create: on.host.create({ repository: on.repository, ...words }) }
})

describe("GitLab", () => {
  for (const fault of [{ kind: "lost answer", status: 502 }, { kind: "cut" }, { kind: "truncated" }] as const) {
    it.effect(`has one merge request after a call that failed once it was made: ${fault.kind}`, () =>
      Effect.gen(function* () {
        const { create, forge, remote } = yield* opening()
        forge.faults.plan(fault, { on: post })

        assert.deepInclude(yield* Effect.flip(create), { _tag: "HostUnavailable", retryable: true })
        const again = yield* create

        assert.isFalse(again.created)
        assert.strictEqual(remote.pullRequests.size, 1)
      })
    )
  }

  it.effect("says when to come back, and sends nothing by itself until then", () =>
    Effect.gen(function* () {
      const { create, forge, remote, token } = yield* opening()
      forge.faults.plan({ kind: "too many", seconds: 7 }, { on: post })

      assert.deepInclude(yield* Effect.flip(create), { _tag: "RateLimited", retryAfter: 7000 })

      assert.strictEqual(remote.pullRequests.size, 0)
      assert.lengthOf(
        forge.log.all.filter((request) => request.token === token && post(request)),
        1
      )
      assert.lengthOf(
        forge.log.all.filter(({ early }) => early),
        0
      )
    })
  )

  it.effect("is not waited for by whoever is interrupted", () =>
    Effect.gen(function* () {
      const { create, forge } = yield* opening()
      const met = yield* Deferred.make<void>()
      const never = new Promise<void>(() => undefined)
      forge.faults.plan(
        { kind: "slow", until: never },
        { on: (request) => post(request) && Deferred.doneUnsafe(met, Effect.void) }
      )
      const fiber = yield* Effect.forkChild(create)
      yield* Deferred.await(met)

      yield* Fiber.interrupt(fiber)

      assert.isTrue((yield* create).created)
    })
  )

  it.effect("acts as the user that an administrator's token names", () =>
    Effect.gen(function* () {
      const { as, forge, login, repository } = yield* opening()
      const token = Redacted.make(forge.addToken("root"))
      const host = yield* as({ token, sudo: login })
      const words = { title: "Fix it", body: "", baseRef: "main", headRef: "fix", draft: false }

      assert.isTrue((yield* host.create({ repository, ...words })).created)
      if (host.validate !== undefined) assert.strictEqual((yield* host.validate).name, login)
    })
  )

  it.effect("refuses a token that it does not know", () =>
    Effect.gen(function* () {
      const { as, repository } = yield* opening()
      const host = yield* as({ token: Redacted.make("nobody's") })

      assert.strictEqual((yield* Effect.flip(host.load({ repository, externalId: "1" })))._tag, "UnauthorisedOnHost")
    })
  )
})
