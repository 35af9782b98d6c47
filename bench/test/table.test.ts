import { describe, expect, it } from "vitest"
import { figure, renderSection, renderTable, times } from "../src/table.ts"

describe("A table", () => {
  it("is Markdown that also lines up in a terminal", () => {
    const text = renderTable({
      title: "200 jobs",
      head: ["", "jobs/s"],
      rows: [
        ["floor", "61,000"],
        ["a longer name", "9"]
      ]
    })
    expect(text).toBe(
      [
        "**200 jobs**",
        "",
        "|               | jobs/s |",
        "| ------------- | -----: |",
        "| floor         | 61,000 |",
        "| a longer name |      9 |"
      ].join("\n")
    )
  })

  it("says its note below", () => {
    expect(renderTable({ head: ["a"], rows: [], note: "none" })).toMatch(/\n\nnone$/)
  })
})

describe("A section", () => {
  it("has its title, what it is about, and its tables", () => {
    const text = renderSection({ title: "Latency", intro: "In ms.", tables: [{ head: ["a"], rows: [["b"]] }] })
    expect(text).toBe("## Latency\n\nIn ms.\n\n| a   |\n| --- |\n| b   |")
  })
})

describe("A figure", () => {
  it("has as many digits as asked, and a dash for what was not measured", () => {
    expect([figure(61_234.6), figure(1.25, 1), figure(Number.NaN), times(2.5), times(Infinity)]).toEqual([
      "61,235",
      "1.3",
      "–",
      "2.50 ×",
      "–"
    ])
  })
})
