import { assert, describe, it } from "@effect/vitest"
import { Cause, Data, Duration } from "effect"
import { Decision, PermanentError, RetryableError, Snooze } from "../../src/index.ts"
import { type Failure, retryDecision, type Verdict } from "../../src/retry/retryDecision.ts"

class Gone extends Data.TaggedError("Gone")<{ readonly id: number }> {}

const minute = Duration.minutes(1)
const error = (value: unknown): Failure => ({ _tag: "Error", error: value })

const errored = (message: string, after?: Duration.Duration): Verdict => ({ _tag: "Errored", message, after })
const failed = (message: string): Verdict => ({ _tag: "Failed", message })
const snoozed = (message: string): Verdict => ({ _tag: "Snoozed", message, for: minute })

const cases: ReadonlyArray<
  readonly [why: string, failure: Failure, decision: Decision.Decision | undefined, verdict: Verdict]
> = [
  ["a retryable error", error(new RetryableError({ reason: "busy" })), undefined, errored("busy")],
  [
    "one with a time",
    error(new RetryableError({ reason: "busy", retryAfter: minute })),
    undefined,
    errored("busy", minute)
  ],
  ["a permanent error", error(new PermanentError({ reason: "gone" })), undefined, failed("gone")],
  ["a snooze", error(new Snooze({ for: minute })), undefined, snoozed("snoozed for 1m")],
  ["a snooze with a reason", error(new Snooze({ for: minute, reason: "closed" })), undefined, snoozed("closed")],
  [
    "an error that says it may pass",
    error({ retryable: true, message: "x" }),
    undefined,
    errored('{"retryable":true,"message":"x"}')
  ],
  [
    "one that says when",
    error({ retryable: true, retryAfter: minute, toJSON: () => "x" }),
    undefined,
    errored('"x"', minute)
  ],
  ["one that says it will not", error({ retryable: false, toJSON: () => "x" }), undefined, failed('"x"')],
  ["an error nobody sorts", error(new Error("boom")), undefined, errored("boom")],
  ["a string", error("boom"), undefined, errored("boom")],
  ["nothing at all", error(undefined), undefined, errored("undefined")],
  ["what cannot be printed as JSON", error(10n), undefined, errored("10")],
  ["an error without a message", error(new TypeError("")), undefined, errored("TypeError")],
  ["a tagged error without a message", error(new Gone({ id: 7 })), undefined, errored('{"id":7,"_tag":"Gone"}')],
  ["onError: retry", error("boom"), Decision.retry, errored("boom")],
  ["onError: retry after", error("boom"), Decision.retryAfter("1 minute"), errored("boom", minute)],
  ["onError: snooze", error("boom"), Decision.snooze("1 minute"), snoozed("boom")],
  ["onError: fail", error("boom"), Decision.fail, failed("boom")],
  ["the flag of an error over onError", error({ retryable: true, toJSON: () => "x" }), Decision.fail, errored('"x"')],
  [
    "an error that is sorted over onError",
    error(new RetryableError({ reason: "busy" })),
    Decision.fail,
    errored("busy")
  ],
  [
    "a deadline",
    { _tag: "TimedOut", limit: Duration.millis(1500) },
    undefined,
    errored("job exceeded maximum execution time of 1s 500ms")
  ],
  ["a cancel", { _tag: "Canceled" }, undefined, failed("canceled on request")],
  ["a shutdown", { _tag: "Interrupted" }, undefined, { _tag: "Released" }]
]

describe("retryDecision", () => {
  for (const [why, failure, decision, verdict] of cases) {
    it(`${why}: ${verdict._tag}`, () => {
      assert.deepStrictEqual(retryDecision(failure, decision && (() => decision)), verdict)
    })
  }

  it("a defect: Errored, with its cause", () => {
    const verdict = retryDecision({ _tag: "Defect", cause: Cause.die(new Error("boom")) })

    assert.strictEqual(verdict._tag, "Errored")
    assert.match(verdict._tag === "Errored" ? verdict.message : "", /^defect: .*boom/)
  })
})
