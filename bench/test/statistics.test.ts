import { describe, expect, it } from "vitest"
import { median, medianRatio, percentile } from "../src/statistics.ts"

describe("The median", () => {
  it("is the middle of an odd number of values, whatever their order", () => {
    expect(median([9, 1, 5])).toBe(5)
  })

  it("is the mean of the two in the middle of an even number", () => {
    expect(median([4, 1, 3, 100])).toBe(3.5)
  })

  it("of nothing is no number", () => {
    expect(median([])).toBeNaN()
  })
})

describe("A percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

  it("is the smallest value that so large a share does not exceed", () => {
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100])
  })

  it("of few values is one of them", () => {
    expect([percentile([7], 0.5), percentile([7, 8], 0.99), percentile([7, 8], 0)]).toEqual([7, 8, 7])
  })

  it("of nothing is no number", () => {
    expect(percentile([], 0.5)).toBeNaN()
  })
})

describe("The median of ratios", () => {
  const rounds = (...values: ReadonlyArray<number>) => new Map(values.entries())

  it("compares within rounds, so that a slow round touches both sides", () => {
    expect(medianRatio(rounds(100, 10, 100), rounds(50, 5, 50))).toBe(2)
  })

  it("leaves out rounds that the other did not take part in", () => {
    expect(medianRatio(rounds(100, 10), new Map([[1, 5]]))).toBe(2)
    expect(medianRatio(rounds(100), new Map())).toBeNaN()
  })
})
