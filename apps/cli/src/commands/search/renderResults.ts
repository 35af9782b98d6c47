/**
 * What a search found, for people: each file with its lines, the matches painted. Pure.
 */
import type { CodeHit, CodeResults } from "@drover/handlers"
import type { Look } from "../../output/Look.ts"
import { inLine, inLines } from "../../output/printable.ts"
import { paint } from "../../output/style.ts"

type Line = CodeHit["lines"][number]

export const renderResults = ({ hasMore, hits, incomplete, total, truncated }: CodeResults, look: Look): string => {
  const files = hits.map((hit) => renderHit(hit, look)).join("\n")
  const count = `${truncated ? "more than " : ""}${total} file${total === 1 ? "" : "s"}`
  const shown = hasMore ? `, ${hits.length} shown: --offset or --limit gives more` : ""
  const summary = hits.length === 0 ? "Nothing found\n" : `\n${paint(look.colour, "dim", `${count}${shown}`)}\n`
  const missing = incomplete.map(
    ({ reason, repository, status }) =>
      `${paint(look.colour, "yellow", `${repository} may have more (${status})`)}: ${inLine(reason)}\n`
  )
  return [files, summary, ...missing].join("")
}

const renderHit = ({ lineCount, lines, path, repository }: CodeHit, look: Look): string => {
  const width = Math.max(0, ...lines.map(({ number }) => String(number).length))
  const heading = `${paint(look.colour, "bold", inLine(repository))} ${paint(look.colour, "cyan", inLine(path))}`
  const more = lineCount > lines.length ? [`  … and ${lineCount - lines.length} more lines`] : []
  const shown = lines.map(
    (line) => `  ${paint(look.colour, "dim", `${String(line.number).padStart(width)}:`)} ${renderLine(line, look)}`
  )
  return [heading, ...shown, ...more].map((text) => `${text}\n`).join("")
}

const renderLine = ({ cutAfter, cutBefore, ranges, text }: Line, look: Look): string => {
  let at = 0
  let painted = ""
  for (const { from, to } of ranges) {
    painted += inLines(text.slice(at, from)) + paint(look.colour, "red", inLines(text.slice(from, to)))
    at = to
  }
  return `${cutBefore ? "…" : ""}${painted}${inLines(text.slice(at))}${cutAfter ? "…" : ""}`.trimEnd()
}
