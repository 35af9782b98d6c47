import { assert, describe, it } from "@effect/vitest"
import { type CheckConclusion, suiteState } from "../../src/index.ts"

type Run = "queued" | "in_progress" | CheckConclusion

const of = (...runs: ReadonlyArray<Run>) => {
  const { conclusion, status } = suiteState(
    runs.map((run) =>
      run === "queued" || run === "in_progress"
        ? { status: run, conclusion: null }
        : { status: "completed", conclusion: run }
    )
  )
  return conclusion ?? status
}

describe("a check suite", () => {
  for (const [runs, expected] of [
    [[], "queued"],
    [["queued", "queued"], "queued"],
    [["queued", "success"], "in_progress"],
    [["in_progress"], "in_progress"],
    [["failure", "in_progress"], "in_progress"],
    [["success", "failure"], "failure"],
    [["timed_out"], "failure"],
    [["startup_failure", "cancelled"], "failure"],
    [["action_required", "cancelled"], "action_required"],
    [["cancelled", "success"], "cancelled"],
    [["success", "neutral", "skipped"], "success"]
  ] as ReadonlyArray<readonly [ReadonlyArray<Run>, string]>) {
    it(`of ${runs.join(", ") || "nothing"} is ${expected}`, () => {
      assert.strictEqual(of(...runs), expected)
    })
  }
})
