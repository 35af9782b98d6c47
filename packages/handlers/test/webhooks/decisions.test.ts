import { Duration } from "effect"
import { assert, describe, it } from "@effect/vitest"
import { attemptDecision } from "../../src/webhooks/attemptDecision.ts"
import { circuitDecision, OPENS_AFTER } from "../../src/webhooks/circuitDecision.ts"
import { readRetryAfter } from "../../src/webhooks/retryAfter.ts"
import { standstillDecision } from "../../src/webhooks/whyNoTurn.ts"

const now = Date.parse("2026-01-01T00:00:00Z")

const after = (status: number, failures = 0) =>
  attemptDecision(
    { _tag: "Answered", status, headers: {}, body: "", error: undefined, durationMillis: 1 },
    { failures, attempts: 8, now }
  )._tag

describe("an attempt", () => {
  it.each([200, 201, 204, 299])("that is answered with %i has delivered", (status) => {
    assert.strictEqual(after(status), "Delivered")
    assert.strictEqual(after(status, 7), "Delivered")
  })

  it.each([408, 409, 425, 429, 500, 502, 503, 504])("that is answered with %i is made again to the last", (status) => {
    assert.strictEqual(after(status, 6), "Retry")
    assert.strictEqual(after(status, 7), "Fail")
  })

  it.each([400, 401, 403, 404, 422])("that is answered with %i is made three times", (status) => {
    assert.strictEqual(after(status, 1), "Retry")
    assert.strictEqual(after(status, 2), "Fail")
  })

  it.each([301, 302, 304, 307, 308])("that is answered with %i is the last", (status) => {
    assert.strictEqual(after(status), "Fail")
  })

  it("that is answered with 410 deactivates the webhook, and no other does", () => {
    const decide = (status: number) =>
      attemptDecision(
        { _tag: "Answered", status, headers: {}, body: "", error: undefined, durationMillis: 1 },
        { failures: 7, attempts: 8, now }
      )
    assert.deepInclude(decide(410), { _tag: "Fail", deactivate: true })
    for (const status of [301, 404, 500]) assert.deepInclude(decide(status), { _tag: "Fail", deactivate: false })
  })

  it("that got no answer is made again to the last, unless the guard refused it", () => {
    const decide = (refused: boolean, failures: number) =>
      attemptDecision({ _tag: "Unanswered", reason: "no", refused, durationMillis: 1 }, { failures, attempts: 8, now })
        ._tag
    assert.strictEqual(decide(false, 6), "Retry")
    assert.strictEqual(decide(false, 7), "Fail")
    assert.strictEqual(decide(true, 0), "Fail")
  })
})

describe("Retry-After", () => {
  const read = (headers: Record<string, string>) => {
    const rest = readRetryAfter(headers, now)
    return rest === undefined ? undefined : Duration.toSeconds(rest)
  }

  it.each([
    [{ "retry-after": "120" }, 120],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "99999999999999999999" }, 12 * 3600],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, 60],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after": "Fri, 01 Jan 2027 00:00:00 GMT" }, 12 * 3600],
    // a receiver whose clock is an hour slow
    [{ "retry-after": "Wed, 31 Dec 2025 23:01:30 GMT", date: "Wed, 31 Dec 2025 23:00:00 GMT" }, 90],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined]
  ] as const)("of %j is %s seconds", (headers, seconds) => {
    assert.strictEqual(read(headers), seconds)
  })
})

describe("a circuit", () => {
  const pause = (...args: Parameters<typeof circuitDecision>) => {
    const { pause: rest } = circuitDecision(...args)
    return rest === undefined ? undefined : Duration.toSeconds(rest)
  }

  it("opens at the fifth failure in a row, for a pause that doubles up to a limit", () => {
    const pauses = Array.from({ length: 12 }, (_, failures) => pause(failures, false))
    assert.deepStrictEqual(
      pauses.slice(0, OPENS_AFTER - 1),
      Array.from({ length: OPENS_AFTER - 1 }, () => undefined)
    )
    assert.deepStrictEqual(pauses.slice(OPENS_AFTER - 1), [30, 60, 120, 240, 480, 900, 900, 900])
    assert.strictEqual(pause(2_000_000_000, false), 900)
  })

  it("closes at a success", () => {
    assert.deepStrictEqual(circuitDecision(40, true), { failuresInARow: 0, pause: undefined })
  })

  it("opens when the receiver asks for a rest, and not for longer than its limit", () => {
    assert.strictEqual(pause(0, false, Duration.seconds(7)), 7)
    assert.strictEqual(pause(4, false, Duration.seconds(7)), 30)
    assert.strictEqual(pause(0, false, Duration.hours(7)), 900)
  })
})

describe("a delivery that gets no turn", () => {
  const found = { active: true, pausedFor: 0, age: 1 }

  it("fails when its webhook is gone or not active", () => {
    assert.strictEqual(standstillDecision(undefined, 0)._tag, "PermanentError")
    assert.strictEqual(standstillDecision({ ...found, active: false }, 0)._tag, "PermanentError")
  })

  it("waits for the circuit, a little longer each, and for three days", () => {
    const wait = (pausedFor: number, age: number, spread: number) => {
      const decided = standstillDecision({ ...found, pausedFor, age }, spread)
      return decided._tag === "Snooze" ? Duration.toSeconds(decided.for) : decided._tag
    }
    assert.strictEqual(wait(100, 1, 0), 100)
    assert.strictEqual(wait(100, 1, 0.5), 105)
    assert.strictEqual(wait(100, 4 * 24 * 3600, 0), "PermanentError")
    assert.isBelow(wait(0, 4 * 24 * 3600, 1) as number, 2)
  })
})
