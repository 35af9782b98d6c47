/**
 * One thing, a field a line. Pure.
 */
import type { Look } from "./Look.ts"
import { inLine } from "./printable.ts"
import { paint, type Tone } from "./style.ts"

/** A field's name, its value, and its colour. A value that is undefined or empty is left out. */
export type Field = readonly [name: string, value: string | undefined, tone?: Tone | undefined]

/** Ends with a line break. */
export const details = (heading: string, fields: ReadonlyArray<Field>, look: Look): string => {
  const present = fields.flatMap(([name, value, tone]) =>
    value === undefined || value === "" ? [] : [{ name, value, tone }]
  )
  const width = Math.max(0, ...present.map(({ name }) => name.length))
  const lines = present.map(
    ({ name, tone, value }) =>
      `${paint(look.colour, "dim", `${name}:`)}${" ".repeat(width - name.length + 1)}${paint(look.colour, tone, inLine(value))}`
  )
  return [paint(look.colour, "bold", inLine(heading)), ...lines].map((line) => `${line}\n`).join("")
}
