/**
 * Finds the places in the text of a spec that problems are told of.
 */
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml"
import type { Problem } from "./BatchSpecInvalid.ts"
import type { Found, Path } from "./Found.ts"

export const openText = (source: string) => {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const at = (offset: number) => {
    const { col, line } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const locate = ({ message, path }: Found): Problem => ({
    ...at(offsetOf(document.contents, path)),
    path: printPath(path),
    message
  })
  return { document, at, locate }
}

/** Of the deepest part of the path that is in the text: what is missing is told of where it should be. */
const offsetOf = (contents: unknown, path: Path): number => {
  let node = contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else {
      const item: unknown = (node as { readonly items?: ReadonlyArray<unknown> } | null)?.items?.[Number(part)]
      if (item === undefined || item === null) return offset
      node = item as Node
      offset = node.range?.[0] ?? offset
    }
  }
  return offset
}

export const printPath = (path: Path): string =>
  path.reduce<string>(
    (printed, part) =>
      typeof part === "number" ? `${printed}[${part}]` : printed === "" ? part : `${printed}.${part}`,
    ""
  )
