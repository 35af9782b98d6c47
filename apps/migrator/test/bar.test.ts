import { describe, expect, it } from "vitest"
import { bar, isLineDue, line } from "../src/progress/bar.ts"

const at = (progress: number, applyReverse = false) => ({ id: 9, description: "encrypt", applyReverse, progress })

describe("Progress", () => {
  it("is a bar on a terminal, no wider than it", () => {
    expect(bar(at(0.253), 80)).toBe("9 up [#####...............]  25.3%  encrypt")
    expect(bar(at(1), 80)).toBe("9 up [####################]   100%  encrypt")
    expect(bar(at(0.5), 20)).toHaveLength(19)
  })

  it("of the way down is what is behind", () => {
    expect(line(at(0.25, true))).toBe("9 down     75%  encrypt")
  })

  it("is never full before the end", () => {
    expect(line(at(0.999999))).toBe("9 up  99.99%  encrypt")
  })

  it("is a line for every tenth elsewhere", () => {
    expect(isLineDue(undefined, at(0.05))).toBe(true)
    expect(isLineDue(at(0.05), at(0.09))).toBe(false)
    expect(isLineDue(at(0.09), at(0.1))).toBe(true)
    expect(isLineDue(at(0.95), at(1))).toBe(true)
  })
})
