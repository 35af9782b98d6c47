import type { Look } from "./Look.ts"
import { inLine, inLines } from "./printable.ts"
import { paint } from "./style.ts"

/** A text of several lines under a title, set off from what is before it. Ends with a line break. Pure. */
export const section = (title: string, text: string, look: Look): string => {
  const lines = inLines(text).trimEnd().split("\n")
  return `\n${paint(look.colour, "bold", inLine(title))}\n${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`
}
