/**
 * Where in a file something is wrong: the line, and a caret under the place. Pure.
 */
import type { Problem } from "@drover/handlers/batchChanges"
import { CliOutput } from "effect/cli"
import { inLine } from "../../output/printable.ts"

/** Of long lines, what is around the place. */
const SHOWN = 100

/** What is wrong at one place is told together, each thing once. */
export const excerpts = (file: string, source: string, problems: ReadonlyArray<Problem>): string => {
  const lines = source.split(/\r?\n/)
  const places = Map.groupBy(problems, ({ column, line }) => `${line}:${column}`)
  return [...places.values()]
    .map((here) => {
      const told = new Set(here.map(({ message, path }) => (path === "" ? message : `${path}: ${message}`)))
      return `${[...told].map((what) => `${at(file, here[0]!)}: ${what}\n`).join("")}${excerpt(lines, here[0]!)}`
    })
    .join("")
    .trimEnd()
}

const at = (file: string, { column, line }: Problem): string => (line > 0 ? `${file}:${line}:${column}` : file)

const excerpt = (lines: ReadonlyArray<string>, { column, line }: Problem): string => {
  const text = lines[line - 1]
  if (text === undefined) return ""
  const place = Math.max(0, Math.min(column - 1, text.length))
  const from = Math.max(0, place - SHOWN / 2)
  const before = inLine(`${from > 0 ? "…" : ""}${text.slice(from, place)}`)
  const after = inLine(text.slice(place, from + SHOWN))
  const gutter = String(line)
  const under = " ".repeat(CliOutput.displayWidth(before))
  return `  ${gutter} | ${before}${after}`.trimEnd() + `\n  ${" ".repeat(gutter.length)} | ${under}^\n`
}
