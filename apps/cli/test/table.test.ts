import { describe, expect, it } from "vitest"
import { details } from "../src/output/details.ts"
import { type Look, lookOf } from "../src/output/Look.ts"
import { inLine, inLines } from "../src/output/printable.ts"
import { type Column, table, truncate } from "../src/output/table.ts"
import { age, moment } from "../src/output/time.ts"

interface Row {
  readonly id: number
  readonly title: string
  readonly state: string
}

const columns: ReadonlyArray<Column<Row>> = [
  { title: "ID", cell: ({ id }) => String(id), align: "right" },
  { title: "TITLE", cell: ({ title }) => title, shrinks: true },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => (state === "open" ? "green" : undefined) }
]
const rows: ReadonlyArray<Row> = [
  { id: 7, title: "Round to cents", state: "open" },
  { id: 12, title: "日本語の題", state: "closed" }
]
const piped: Look = { colour: false, width: undefined }

describe("table", () => {
  it("aligns columns by the cells that text takes on a terminal", () => {
    expect(table(columns, rows, piped)).toBe(
      "ID  TITLE           STATE\n 7  Round to cents  open\n12  日本語の題      closed\n"
    )
  })

  it("cuts what may be cut to the width of the terminal, and nothing where nobody looks", () => {
    const long = [{ id: 1, title: "x".repeat(100), state: "open" }]
    const lines = table(columns, long, { colour: false, width: 40 }).trimEnd().split("\n")
    expect(lines).toEqual([`ID  ${"TITLE".padEnd(29)}  STATE`, ` 1  ${"x".repeat(28)}…  open`])
    expect(lines[0]).toHaveLength(40)
    expect(table(columns, long, piped)).toContain("x".repeat(100))
  })

  it("leaves columns readable on a terminal that is too narrow for all", () => {
    expect(table(columns, rows, { colour: false, width: 5 })).toContain(" 7  Round t…  open\n")
  })

  it("paints cells and not the space between them", () => {
    expect(table(columns, rows, { colour: true, width: 80 })).toContain(
      " 7  Round to cents  \u001B[32mopen\u001B[39m\n"
    )
  })

  it("keeps a row on one line, whatever is in it", () => {
    const tricky = [{ id: 1, title: "two\nlines\u001B[31m", state: "open" }]
    expect(table(columns, tricky, piped)).toContain(" 1  two lines\\u001B[31m  open\n")
  })
})

describe("truncate", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["日本語", 4, "日…"],
    ["👩‍👩‍👧abc", 3, "👩‍👩‍👧…"]
  ])("%s to %d cells", (text, width, expected) => {
    expect(truncate(text, width)).toBe(expected)
  })
})

describe("printable", () => {
  it("shows controls instead of sending them", () => {
    expect(inLine("a\tb\r\nc\u0007")).toBe("a b c\\u0007")
    expect(inLines("a\tb\r\nc\u009B\u202E")).toBe("a\tb\nc\\u009B\\u202E")
  })
})

describe("details", () => {
  it("leaves out what there is not", () => {
    const fields = [
      ["State", "open", "green"],
      ["Worker", ""],
      ["Merged", undefined],
      ["Base", "main"]
    ] as const
    expect(details("acme/billing#7", fields, piped)).toBe("acme/billing#7\nState: open\nBase:  main\n")
  })
})

describe("time", () => {
  const now = new Date("2026-11-24T12:00:00Z")
  it.each([
    ["2026-11-24T12:00:00Z", "0s"],
    ["2026-11-24T11:59:01Z", "59s"],
    ["2026-11-24T11:00:01Z", "59m"],
    ["2026-11-23T13:00:00Z", "23h"],
    ["2026-10-24T12:00:00Z", "31d"],
    ["2026-11-24T14:00:00Z", "in 2h"]
  ])("%s is %s", (at, expected) => {
    expect(age(new Date(at), now)).toBe(expected)
  })
  it("names a moment to the second", () => expect(moment(now)).toBe("2026-11-24 12:00:00 UTC"))
})

describe("lookOf", () => {
  const terminal = { isTTY: true, columns: 100 }
  it.each([
    ["a terminal", undefined, {}, terminal, { colour: true, width: 100 }],
    ["a pipe", undefined, {}, {}, { colour: false, width: undefined }],
    ["NO_COLOR", undefined, { NO_COLOR: "1", FORCE_COLOR: "1" }, terminal, { colour: false, width: 100 }],
    ["an empty NO_COLOR", undefined, { NO_COLOR: "" }, terminal, { colour: true, width: 100 }],
    ["FORCE_COLOR", undefined, { FORCE_COLOR: "1" }, {}, { colour: true, width: undefined }],
    ["a dumb terminal", undefined, { TERM: "dumb" }, terminal, { colour: false, width: 100 }],
    ["--no-color", false, { FORCE_COLOR: "1" }, terminal, { colour: false, width: 100 }],
    ["--color", true, { NO_COLOR: "1" }, {}, { colour: true, width: undefined }]
  ])("%s", (_, flag, environment, sink, expected) => {
    expect(lookOf({ flag, environment, sink })).toEqual(expected)
  })
})
