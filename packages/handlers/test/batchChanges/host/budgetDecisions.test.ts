import type { RequestKind, SeenLimits } from "@drover/code-hosts"
import { InvalidOptions } from "@drover/core"
import { assert, describe, it } from "@effect/vitest"
import { expiryOf } from "../../../src/batchChanges/host/budget/budgetRow.ts"
import { type BudgetState, unspent } from "../../../src/batchChanges/host/budget/BudgetState.ts"
import { decideBudget } from "../../../src/batchChanges/host/budget/decideBudget.ts"
import { checkLimits, type HostLimit } from "../../../src/batchChanges/host/budget/HostLimit.ts"
import { hostLimits } from "../../../src/batchChanges/host/budget/hostLimits.ts"
import { learnLimits } from "../../../src/batchChanges/host/budget/learnLimits.ts"
import { randomly } from "../../support/randomly.ts"

const MINUTE = 60_000
/** A whole hour. */
const start = Date.UTC(2026, 0, 1)

const limits = checkLimits([
  { name: "content", points: 3, window: "1 minute", cost: { content: 1 } },
  { name: "points", points: 20, window: "1 minute", cost: { read: 1, write: 5, content: 5 } }
])

const fresh = unspent(start)
const ask = (state: BudgetState, kind: RequestKind, now: number, resource?: string, by = limits) =>
  decideBudget(state, { kind, resource }, now, by)

/** Lets so many through, and gives what is left. */
const after = (state: BudgetState, kind: RequestKind, times: number, now = start): BudgetState => {
  for (let n = 0; n < times; n++) {
    const decided = ask(state, kind, now)
    assert.strictEqual(decided._tag, "Through")
    state = decided.state
  }
  return state
}

const said = (seen: Partial<SeenLimits>) => ({
  resource: null,
  remaining: null,
  resetAfter: null,
  retryAfter: null,
  ...seen
})
const learn = (state: BudgetState, seen: Partial<SeenLimits>, now = start) =>
  learnLimits(state, said(seen), now, limits)
const core = (remaining: number, resetAfter: number) => ({ resource: "core", remaining, resetAfter })

describe("whether a request may be sent", () => {
  const rested = learn(fresh, { retryAfter: 30_000 })
  const spentCore = learn(fresh, core(0, 600_000))
  const unnamed = learn(fresh, { remaining: 0, resetAfter: 20_000 })
  const threeMade = after(fresh, "content", 3)
  for (const [what, state, kind, elapsed, resource, wait] of [
    ["a host that was never asked", fresh, "read", 0, undefined, undefined],
    ["one that costs more than is left", after(fresh, "write", 4), "read", 0, undefined, 61_000],
    ["the last one there is room for", after(fresh, "write", 3), "content", 0, undefined, undefined],
    ["content, of which there was enough", threeMade, "content", 0, undefined, 61_000],
    ["content, a moment before the window is over", threeMade, "content", 60_999, undefined, 1],
    ["content, when the window is over", threeMade, "content", 61_000, undefined, undefined],
    ["what is no content, after enough of it", threeMade, "read", 0, undefined, undefined],
    ["git, when nothing else is left", after(fresh, "write", 4), "git", 0, undefined, undefined],
    ["a host that wants a rest", rested, "read", 10_000, undefined, 20_000],
    ["git, when the host wants a rest", rested, "git", 10_000, undefined, 20_000],
    ["a host that has had its rest", rested, "read", 30_000, undefined, undefined],
    ["a resource that is spent", spentCore, "read", 1000, "core", 600_000],
    ["another resource than the one that is spent", spentCore, "read", 1000, "graphql", undefined],
    ["git, when a resource is spent", spentCore, "git", 1000, undefined, undefined],
    ["nobody knows which resource, and one is spent", spentCore, "read", 1000, undefined, 600_000],
    ["a resource without a name that is spent", unnamed, "read", 0, undefined, 21_000],
    ["a resource whose period is over", spentCore, "read", 601_000, "core", undefined],
    [
      "what waits for a resource and for a limit, for the later",
      learn(threeMade, core(0, 5000)),
      "content",
      0,
      "core",
      61_000
    ]
  ] satisfies ReadonlyArray<
    readonly [string, BudgetState, RequestKind, number, string | undefined, number | undefined]
  >) {
    it(`for ${what}`, () => {
      const decided = ask(state, kind, start + elapsed, resource)
      assert.strictEqual(decided._tag === "Later" ? decided.after : undefined, wait)
    })
  }

  it("takes off what the host counts down, until it is spent", () => {
    let state = learn(fresh, core(2, 600_000))
    for (const tag of ["Through", "Through", "Later"]) {
      const decided = ask(state, "read", start, "core")
      assert.strictEqual(decided._tag, tag)
      state = decided.state
    }
  })

  it("sends those away for the same limit back at different times, none more than a window late", () => {
    let state = after(fresh, "content", 3)
    const waits = Array.from({ length: 6 }, () => {
      const decided = ask(state, "content", start)
      state = decided.state
      return decided._tag === "Later" ? decided.after : 0
    })
    assert.deepStrictEqual(waits, [61_000, 81_000, 101_000, 121_000, 61_000, 81_000])
  })

  it("does not forget what was let through when statements come out of order", () => {
    const late = after(fresh, "content", 3, start + 500)
    const decided = ask(late, "content", start)
    assert.strictEqual(decided._tag, "Later")
    assert.strictEqual(decided.state.at, start + 500)
  })

  it("counts what lies ahead of a clock that was set back as made now, and waits no longer for it", () => {
    const decided = ask(after(fresh, "content", 3), "content", start - 10 * 3_600_000)
    assert.deepInclude(decided, { _tag: "Later", after: 61_000 })
  })

  it("keeps what another setting counts", () => {
    const decided = ask(after(fresh, "content", 3), "content", start, undefined, [])
    assert.strictEqual(ask(decided.state, "content", start)._tag, "Later")
  })
})

describe("what an answer says", () => {
  const known = learn(fresh, core(100, 600_000))
  for (const [what, seen, expected] of [
    ["more is left in the same period: the lower stays", core(150, 600_000), 100],
    ["less is left in the same period", core(50, 602_000), 50],
    ["of an earlier period: nothing", core(5000, 60_000), 100],
    ["of an earlier period, which was spent: nothing", core(0, 60_000), 100],
    ["of a period that is over: nothing", core(5000, 0), 100],
    ["of the next period: all of it", core(5000, 3_600_000), 5000],
    ["of another resource: nothing of this one", { resource: "graphql", remaining: 7, resetAfter: 600_000 }, 100],
    ["nothing", {}, 100]
  ] satisfies ReadonlyArray<readonly [string, Partial<SeenLimits>, number]>) {
    it(`says ${what}`, () => {
      assert.strictEqual(learn(known, seen).resources["core"]?.remaining, expected)
    })
  }

  it("only ever makes a rest longer", () => {
    const longer = learn(learn(fresh, { retryAfter: 90_000 }), { retryAfter: 30_000 })
    assert.strictEqual(longer.restUntil, start + 90_000)
    assert.strictEqual(learn(longer, {}).restUntil, start + 90_000)
    assert.strictEqual(learn(longer, { retryAfter: 120_000 }).restUntil, start + 120_000)
  })

  it("holds back only the resource whose period is waited for", () => {
    const spent = learn(fresh, { ...core(0, 600_000), retryAfter: 601_000 })
    assert.isNull(spent.restUntil)
    assert.strictEqual(ask(spent, "read", start, "core")._tag, "Later")
    assert.strictEqual(ask(spent, "read", start, "graphql")._tag, "Through")
  })

  it("is a rest of all where it names another time than the period's", () => {
    assert.strictEqual(learn(fresh, { ...core(0, 600_000), retryAfter: 60_000 }).restUntil, start + 60_000)
  })

  it("is kept until a day after it matters", () => {
    assert.strictEqual(expiryOf(fresh), start + 24 * 60 * MINUTE)
    assert.strictEqual(expiryOf(learn(fresh, { retryAfter: 90 * MINUTE })), start + 26 * 60 * MINUTE)
    assert.strictEqual(expiryOf(learn(fresh, core(1, 61 * MINUTE))), start + 26 * 60 * MINUTE)
  })
})

describe("the limits of hosts", () => {
  it.each([
    ["github", "https://github.com/", ["content a minute", "content an hour", "points a minute"]],
    ["github", "https://acme.ghe.com/", ["content a minute", "content an hour", "points a minute"]],
    ["github", "https://github.example.com/", []],
    ["gitlab", "https://gitlab.com/", ["requests a minute", "content a minute"]],
    ["gitlab", "https://gitlab.example.com/", ["content a minute"]],
    ["bitbucketServer", "https://bitbucket.example.com/", ["requests in 12 seconds"]],
    ["gitea", "https://gitea.example.com/", []],
    ["local", "not an address", []]
  ])("%s at %s", (kind, address, names) => {
    const found = checkLimits(hostLimits(kind, address))
    assert.deepStrictEqual(
      found.map(({ name }) => name),
      names
    )
  })

  const sound: HostLimit = { name: "x", points: 10, window: "1 minute", cost: { read: 1 } }
  it.each<[string, ReadonlyArray<HostLimit>, RegExp]>([
    ["twice the same name", [sound, sound], /twice/],
    ["no whole points", [{ ...sound, points: 1.5 }], /whole number/],
    ["no points", [{ ...sound, points: 0 }], /whole number/],
    ["a window that is none", [{ ...sound, window: 0 }], /a second to a day/],
    ["a window of two days", [{ ...sound, window: "2 days" }], /a second to a day/],
    ["a request that never passes", [{ ...sound, cost: { write: 11 } }], /none would ever pass/],
    ["a cost below nothing", [{ ...sound, cost: { write: -1 } }], /0 to 10 points/]
  ])("refuses %s", (_, given, message) => {
    assert.throws(() => checkLimits(given), InvalidOptions as never, message)
  })
})

describe("whatever is asked, and whenever", () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    "no window has more than its limit, and all are let through in the end (seed %i)",
    (seed) => {
      const { among, upTo } = randomly(seed)
      const kinds = ["read", "write", "content", "git"] as const
      const found = checkLimits(
        Array.from({ length: 1 + upTo(3) }, (_, n): HostLimit => {
          const points = 5 + upTo(20)
          return {
            name: `${n}`,
            points,
            window: 1000 + upTo(among([200, 60_000, 3_600_000])),
            cost: { read: upTo(3), write: upTo(6), content: upTo(6) }
          }
        })
      )
      let state = fresh
      const through: Array<{ readonly at: number; readonly kind: RequestKind }> = []
      let waiting = Array.from({ length: 150 }, (_, id) => ({ id, kind: among(kinds), due: start + upTo(20_000) }))
      for (let turn = 0; waiting.length > 0; turn++) {
        assert.isBelow(turn, 20_000, `${waiting.length} are never let through`)
        const next = waiting.reduce((one, other) => (other.due < one.due ? other : one))
        // what comes later was asked a little before: statements wait for the row
        const now = Math.max(next.due - upTo(2) * upTo(300), start)
        const before = state
        const decided = ask(before, next.kind, now, undefined, found)
        state = decided.state
        if (decided._tag === "Through") {
          through.push({ at: Math.max(now, decided.state.at), kind: next.kind })
          waiting = waiting.filter(({ id }) => id !== next.id)
        } else {
          assert.isAbove(decided.after, 0)
          waiting = waiting.map((one) => (one.id === next.id ? { ...one, due: now + decided.after } : one))
        }
      }
      for (const { cost, points, window } of found) {
        for (const first of through) {
          const sum = through
            .filter(({ at }) => at >= first.at && at <= first.at + window)
            .reduce((total, { kind }) => total + (cost[kind] ?? 0), 0)
          assert.isAtMost(sum, points)
        }
      }
    }
  )
})
