import { describe, expect, it } from "vitest"
import { inRounds } from "../src/Bench.ts"
import { duration, runSteps } from "../src/runSteps.ts"

const step = (label: string, seconds: number) => ({ label, seconds, run: async () => `${label} done` })

describe("The steps of a run", () => {
  it("are run in order, with a line each", async () => {
    const said: Array<string> = []
    const say = (line: string) => said.push(line)
    expect(await runSteps([step("a", 1), step("b", 1)], { budgetSeconds: Infinity, say })).toEqual({
      failed: [],
      leftOut: []
    })
    expect(said).toEqual([
      expect.stringMatching(/^\[1\/2, 0 s, ~0 s left\] a: a done$/),
      expect.stringMatching(/^\[2\/2, 0 s, ~0 s left\] b: b done$/)
    ])
  })

  it("are left out when there is no time for them, and named", async () => {
    const { leftOut } = await runSteps([step("long", 100), step("short", 1)], { budgetSeconds: 10, say: () => {} })
    expect(leftOut).toEqual(["long"])
  })

  it("go on when one fails, which is named with its reason", async () => {
    const failing = { label: "bad", seconds: 1, run: () => Promise.reject(new Error("one job was lost")) }
    const said: Array<string> = []
    const say = (line: string) => said.push(line)
    const { failed } = await runSteps([failing, step("good", 1)], { budgetSeconds: Infinity, say })
    expect(failed).toEqual(["bad: FAILED: one job was lost"])
    expect(said).toEqual([expect.stringContaining("one job was lost"), expect.stringContaining("good done")])
  })

  it("end when the run is stopped", async () => {
    const options = { budgetSeconds: Infinity, say: () => {}, stop: AbortSignal.abort() }
    expect((await runSteps([step("a", 1)], options)).leftOut).toEqual(["a"])
  })
})

describe("Rounds", () => {
  it("begin with another contestant each", () => {
    const labels = inRounds(3, ["a", "b"], (name, round) => step(`${name}${round}`, 1)).map(({ label }) => label)
    expect(labels).toEqual(["a0", "b0", "b1", "a1", "a2", "b2"])
  })
})

describe("A duration", () => {
  it("is said in seconds, or in minutes and seconds", () => {
    expect([duration(0.4), duration(59), duration(125)]).toEqual(["0 s", "59 s", "2 min 05 s"])
  })
})
