/**
 * Tables, as text for a terminal and as Markdown.
 */
export interface Table {
  readonly title?: string
  readonly head: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** Said below it. */
  readonly note?: string
}

/** One workload's part of the report. */
export interface Section {
  readonly title: string
  readonly intro: string
  readonly tables: ReadonlyArray<Table>
}

const lines = ({ head, rows }: Table): { readonly head: string; readonly rule: string; readonly body: string[] } => {
  const column = (index: number) => rows.map((row) => row[index] ?? "")
  const widths = head.map((cell, index) => Math.max(3, ...[cell, ...column(index)].map(({ length }) => length)))
  // figures to the right, words to the left
  const right = head.map((_, index) => index > 0 && column(index).every((cell) => /^(\d|–)/.test(cell)))
  const pad = (cell: string, index: number) => cell[right[index] ? "padStart" : "padEnd"](widths[index] ?? 0)
  const line = (cells: ReadonlyArray<string>) =>
    `| ${head.map((_, index) => pad(cells[index] ?? "", index)).join(" | ")} |`
  const rule = widths.map((width, index) => (right[index] ? `${"-".repeat(width - 1)}:` : "-".repeat(width)))
  return { head: line(head), rule: `| ${rule.join(" | ")} |`, body: rows.map(line) }
}

export const renderTable = (table: Table): string => {
  const { body, head, rule } = lines(table)
  return [
    ...(table.title === undefined ? [] : [`**${table.title}**`, ""]),
    head,
    rule,
    ...body,
    ...(table.note === undefined ? [] : ["", table.note])
  ].join("\n")
}

export const renderSection = ({ intro, tables, title }: Section): string =>
  [`## ${title}`, intro, ...tables.map(renderTable)].join("\n\n")

/** `41,234`: whole, or with the digits that a small figure needs; a dash for what was not measured. */
export const figure = (value: number, digits = 0): string =>
  Number.isFinite(value)
    ? value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : "–"

export const times = (value: number): string => (Number.isFinite(value) ? `${figure(value, 2)} ×` : "–")
