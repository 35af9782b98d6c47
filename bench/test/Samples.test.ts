import { describe, expect, it } from "vitest"
import { Samples } from "../src/Samples.ts"

const samples = new Samples()
const add = (contestant: "floor-kept" | "drover-kept", round: number, rate: number, measure = "burn") =>
  samples.add({ measure, contestant, round, values: { rate } })
for (const [round, rate] of [100, 80, 120].entries()) add("floor-kept", round, rate)
for (const [round, rate] of [70, 60, 60].entries()) add("drover-kept", round, rate)
add("drover-kept", 0, 1, "another measure")

describe("Samples", () => {
  it("give the median of a contestant's rounds in one measure", () => {
    expect(samples.median("burn", "drover-kept", "rate")).toBe(60)
  })

  it("compare two contestants round by round", () => {
    expect(samples.ratio("burn", "drover-kept", "floor-kept", "rate")).toBe(0.7)
  })

  it("know what was not measured", () => {
    expect(samples.has("burn", "drover-kept")).toBe(true)
    expect(samples.has("burn", "bullmq")).toBe(false)
    expect(samples.median("burn", "bullmq", "rate")).toBeNaN()
    expect(samples.median("burn", "drover-kept", "p50")).toBeNaN()
  })
})
