import type { RequestGate, RequestKind } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { ManualClock, TestDatabase } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Deferred, Effect, Exit, Fiber, Layer, Redacted, Result } from "effect"
import { type BudgetGate, makeBudgetGate } from "../../../src/batchChanges/host/budget/budgetGate.ts"
import type { HostLimit } from "../../../src/batchChanges/host/budget/HostLimit.ts"
import { runBatchChangeRetention } from "../../../src/batchChanges/index.ts"
import { hostBudgets } from "../../../src/schema.ts"
import { forge } from "../../support.ts"
import { untilBlocked } from "../../support/queue.ts"

const limits: ReadonlyArray<HostLimit> = [
  { name: "content", points: 7, window: "1 minute", cost: { content: 1 } },
  { name: "content an hour", points: 40, window: "1 hour", cost: { content: 1 } },
  { name: "points", points: 60, window: "1 minute", cost: { read: 1, write: 5, content: 5 } }
]

let hosts = 0
const aHost = (given = limits): BudgetGate => ({
  externalServiceType: "github",
  externalServiceId: `https://github-${hosts++}.example.com/`,
  credentialHash: "a".repeat(64),
  limits: given
})

const gateOf = (options: BudgetGate) => ManualClock.provide(makeBudgetGate(options))

const asked = (kind: RequestKind) => ({ host: "github", repository: "acme/billing", kind })
const nothing = { resource: null, limit: null, remaining: null, resetAfter: null, retryAfter: null }

/** When to come back; 0: it is let through. */
const waitOf = (gate: RequestGate, kind: RequestKind, resource?: string) =>
  gate.enter({ ...asked(kind), resource }).pipe(
    Effect.as(0),
    Effect.catch(({ retryAfter }) => Effect.succeed(retryAfter))
  )

/** As another machine: with connections of its own. */
const elsewhere = Effect.gen(function* () {
  const { url } = yield* TestDatabase
  const scope = yield* Effect.scope
  return yield* Layer.buildWithScope(Database.layer({ url: Redacted.make(url), connections: 2 }), scope)
})

const rowOf = ({ externalServiceId }: BudgetGate) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(hostBudgets).where(eq(hostBudgets.externalServiceId, externalServiceId))),
      ([row]) => row
    )
  )

const clocked = ManualClock.layer.pipe(Layer.provideMerge(forge()))

layer(clocked, { excludeTestServices: true, timeout: "120 seconds" })("the budget of a code host", (it) => {
  it.effect("is never exceeded in any window by eight workers of four machines, and lets all through in the end", () =>
    Effect.gen(function* () {
      const clock = yield* ManualClock
      const host = aHost()
      const gates: Array<RequestGate> = []
      for (let machine = 0; machine < 4; machine++) {
        gates.push(yield* gateOf(host).pipe(Effect.provide(yield* elsewhere)))
      }
      const kinds = ["content", "read", "content", "write", "content", "git"] as const
      const start = (yield* clock.now).getTime()
      let now = start
      const through: Array<{ readonly worker: number; readonly kind: RequestKind; readonly at: number }> = []
      const sleeping = new Map<number, { readonly due: number; readonly awake: Deferred.Deferred<void> }>()
      const EACH = 18
      let working = 8
      /** Time stands still while anybody is at work; then it is the time that the first of them was told. */
      const idle = Effect.gen(function* () {
        if (sleeping.size < working || working === 0) return
        now = Math.min(...[...sleeping.values()].map(({ due }) => due))
        yield* clock.set(new Date(now))
        for (const [worker, { awake, due }] of sleeping) {
          if (due > now) continue
          sleeping.delete(worker)
          yield* Deferred.succeed(awake, undefined)
        }
      })
      const work = Effect.fnUntraced(function* (worker: number) {
        const gate = gates[worker % gates.length]!
        for (let done = 0; done < EACH;) {
          const kind = kinds[(worker + done) % kinds.length]!
          const wait = yield* waitOf(gate, kind)
          if (wait === 0) {
            through.push({ worker, kind, at: now })
            done++
          } else {
            const awake = yield* Deferred.make<void>()
            sleeping.set(worker, { due: now + wait, awake })
            yield* idle
            yield* Deferred.await(awake)
          }
        }
        working--
        yield* idle
      })
      yield* Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], work, { concurrency: "unbounded", discard: true })

      for (let worker = 0; worker < 8; worker++) {
        assert.lengthOf(
          through.filter((one) => one.worker === worker),
          EACH
        )
      }
      for (const { cost, name, points, window } of limits) {
        const length = window === "1 hour" ? 3_600_000 : 60_000
        const sums = through.map(({ at: first }) =>
          through
            .filter(({ at }) => at >= first && at <= first + length)
            .reduce((sum, { kind }) => sum + (cost[kind] ?? 0), 0)
        )
        assert.isAtMost(Math.max(...sums), points, name)
      }
      // all of a limit is used: nobody waits for nothing
      assert.strictEqual(through.filter(({ at, kind }) => at === start && kind === "content").length, 7)
    }).pipe(Effect.scoped)
  )

  it.effect("sends whoever is too much away with when to come back, and says that nothing was sent", () =>
    Effect.gen(function* () {
      const gate = yield* gateOf(aHost())
      for (let n = 0; n < 7; n++) yield* gate.enter(asked("content"))

      const refused = yield* Effect.flip(gate.enter(asked("content")))

      assert.deepInclude(refused, { _tag: "RateLimited", repository: "acme/billing", held: true, retryAfter: 61_000 })
      assert.match(refused.message, /held back for 61 seconds/u)
    })
  )

  it.effect("holds all workers back while the host wants a rest, and git too", () =>
    Effect.gen(function* () {
      const clock = yield* ManualClock
      const host = aHost()
      const one = yield* gateOf(host)
      const other = yield* gateOf(host).pipe(Effect.provide(yield* elsewhere))
      yield* one.seen({ ...asked("read"), ...nothing, retryAfter: 90_000 })

      for (const gate of [one, other]) {
        for (const kind of ["read", "write", "content", "git"] as const) {
          assert.strictEqual(yield* waitOf(gate, kind), 90_000)
        }
      }
      yield* clock.advance("89 seconds")
      assert.strictEqual(yield* waitOf(other, "git"), 1000)
      yield* clock.advance("1 second")
      assert.strictEqual(yield* waitOf(other, "git"), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("is what the host says is left, in one machine and in another", () =>
    Effect.gen(function* () {
      const host = aHost()
      const one = yield* gateOf(host)
      const other = yield* gateOf(host).pipe(Effect.provide(yield* elsewhere))
      const core = { ...asked("read"), ...nothing, resource: "core", limit: 5000, resetAfter: 600_000 }
      yield* one.seen({ ...core, remaining: 1 })
      yield* one.seen({ ...core, remaining: 4000, resetAfter: 30_000 })

      assert.strictEqual(yield* waitOf(other, "read", "core"), 0)
      assert.strictEqual(yield* waitOf(one, "read", "core"), 601_000)
      assert.strictEqual(yield* waitOf(one, "read", "graphql"), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("is one for each credential and each host", () =>
    Effect.gen(function* () {
      const host = aHost()
      const full = yield* gateOf(host)
      for (let n = 0; n < 7; n++) yield* full.enter(asked("content"))

      for (const other of [
        { ...host, credentialHash: "b".repeat(64) },
        { ...host, externalServiceId: `${host.externalServiceId}below/` },
        { ...host, externalServiceType: "gitea" }
      ]) {
        assert.strictEqual(yield* waitOf(yield* gateOf(other), "content"), 0)
      }
      assert.isAbove(yield* waitOf(full, "content"), 0)
    })
  )

  it.effect("gives nothing back when the transaction of whoever asked is rolled back", () =>
    Effect.gen(function* () {
      const { transaction } = yield* Database
      const host = aHost([{ name: "one", points: 1, window: "1 minute", cost: { read: 1 } }])
      const gate = yield* gateOf(host)

      const ended = yield* Effect.exit(transaction(Effect.andThen(gate.enter(asked("read")), Effect.fail("no"))))

      assert.isTrue(Exit.isFailure(ended))
      assert.strictEqual(yield* waitOf(gate, "read"), 61_000)
    })
  )

  it.effect("lets one that waits for the row see what the one before it took", () =>
    Effect.gen(function* () {
      const { run } = yield* Database
      const host = aHost([{ name: "one", points: 1, window: "1 minute", cost: { read: 1, write: 0 } }])
      const gate = yield* gateOf(host)
      yield* gate.enter(asked("write"))
      const other = yield* elsewhere
      const held = yield* Effect.gen(function* () {
        const { begin } = yield* Database
        return yield* begin
      }).pipe(Effect.provide(other))
      yield* held.use(
        Database.use((there) =>
          there.run((db) =>
            db
              .select({ id: hostBudgets.credentialHash })
              .from(hostBudgets)
              .where(eq(hostBudgets.externalServiceId, host.externalServiceId))
              .for("update")
          )
        ).pipe(Effect.provide(other))
      )
      const both = yield* Effect.forkChild(
        Effect.all([waitOf(gate, "read"), waitOf(gate, "read")], { concurrency: "unbounded" })
      )
      yield* untilBlocked
      yield* held.rollback

      assert.deepStrictEqual(
        (yield* Fiber.join(both)).toSorted((a, b) => a - b),
        [0, 61_000]
      )
      assert.isNotEmpty(yield* run((db) => db.select().from(hostBudgets)))
    }).pipe(Effect.scoped)
  )

  it.effect("writes nothing for an answer that says nothing", () =>
    Effect.gen(function* () {
      const host = aHost()
      const gate = yield* gateOf(host)
      yield* gate.seen({ ...asked("read"), ...nothing, resource: "core", limit: 5000 })
      assert.isUndefined(yield* rowOf(host))
    })
  )

  it.effect("refuses limits that cannot be kept", () =>
    Effect.gen(function* () {
      const made = yield* Effect.result(
        gateOf(aHost([{ name: "x", points: 1, window: "1 minute", cost: { content: 5 } }]))
      )
      assert.isTrue(Result.isFailure(made) && made.failure._tag === "InvalidOptions")
    })
  )

  it.effect("is forgotten a day after its last use, and not while a rest lasts", () =>
    Effect.gen(function* () {
      const clock = yield* ManualClock
      yield* clock.set(new Date("2026-03-01T00:30:00Z"))
      const [used, resting] = [aHost(), aHost()]
      yield* (yield* gateOf(used)).enter(asked("read"))
      yield* (yield* gateOf(resting)).seen({ ...asked("read"), ...nothing, retryAfter: 48 * 3_600_000 })
      const forget = ManualClock.provide(runBatchChangeRetention())

      yield* clock.advance("24 hours")
      yield* forget
      assert.isDefined(yield* rowOf(used))

      yield* clock.advance("31 minutes")
      assert.strictEqual((yield* forget).hostBudgets > 0, true)
      assert.isUndefined(yield* rowOf(used))
      assert.isDefined(yield* rowOf(resting))
      assert.isAbove(yield* waitOf(yield* gateOf(resting), "git"), 23 * 3_600_000)
    })
  )
})
