/**
 * Rows as an aligned table. Pure.
 */
import { CliOutput } from "effect/cli"
import type { Look } from "./Look.ts"
import { inLine } from "./printable.ts"
import { paint, type Tone } from "./style.ts"

/** @category models */
export interface Column<Row> {
  readonly title: string
  /** Line breaks become spaces. */
  readonly cell: (row: Row) => string
  readonly tone?: ((row: Row) => Tone | undefined) | undefined
  readonly align?: "left" | "right" | undefined
  /** Whether it may be cut where the terminal is too narrow. Defaults to false. */
  readonly shrinks?: boolean | undefined
}

const GAP = 2
/** A column is not made narrower than this. */
const NARROWEST = 8

/** As wide as it needs to be; on a terminal no wider than that, as far as columns may be cut. Ends with a line break. */
export const table = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>, look: Look): string => {
  const cells = rows.map((row) => columns.map(({ cell }) => inLine(cell(row))))
  const natural = columns.map(({ title }, at) =>
    Math.max(CliOutput.displayWidth(title), ...cells.map((line) => CliOutput.displayWidth(line[at]!)))
  )
  const widths = look.width === undefined ? natural : fit(columns, natural, look.width)
  const line = (texts: ReadonlyArray<string>, toneAt: (at: number) => Tone | undefined) =>
    texts
      .map((text, at) => {
        const cut = truncate(text, widths[at]!)
        const space = " ".repeat(widths[at]! - CliOutput.displayWidth(cut))
        const painted = paint(look.colour, toneAt(at), cut)
        if (columns[at]!.align === "right") return space + painted
        return at === texts.length - 1 ? painted : painted + space
      })
      .join(" ".repeat(GAP))
      .trimEnd()
  const header = line(
    columns.map(({ title }) => title),
    () => "dim"
  )
  return [header, ...rows.map((row, nth) => line(cells[nth]!, (at) => columns[at]!.tone?.(row)))]
    .map((text) => `${text}\n`)
    .join("")
}

/** Takes from the widest column that may be cut, until all fits. */
const fit = <Row>(
  columns: ReadonlyArray<Column<Row>>,
  natural: ReadonlyArray<number>,
  available: number
): ReadonlyArray<number> => {
  const widths = [...natural]
  const total = () => widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1))
  for (let excess = total() - available; excess > 0; excess--) {
    const widest = widths.reduce<number | undefined>(
      (found, width, at) =>
        columns[at]!.shrinks === true && width > NARROWEST && (found === undefined || width > widths[found]!)
          ? at
          : found,
      undefined
    )
    if (widest === undefined) return widths
    widths[widest]!--
  }
  return widths
}

const segmenter = new Intl.Segmenter()

/** To a number of cells, with a sign that something is missing. */
export const truncate = (text: string, width: number): string => {
  if (CliOutput.displayWidth(text) <= width) return text
  let kept = ""
  for (const { segment } of segmenter.segment(text)) {
    if (CliOutput.displayWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}
