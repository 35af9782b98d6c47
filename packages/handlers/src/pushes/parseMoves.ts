import type { RefMove } from "./RefMove.ts"

/** The lines that git gives to the hooks of a push: `before after ref`, with zeros where there is none. Pure. */
export const parseMoves = (lines: string): ReadonlyArray<RefMove> =>
  lines.split("\n").flatMap((line) => {
    const [, before = "", after = "", ref = ""] = pattern.exec(line) ?? []
    return ref === "" ? [] : [{ ref, before: idOf(before), after: idOf(after) }]
  })

const pattern = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (refs\/\S+)$/

const idOf = (id: string): string | null => (/^0+$/.test(id) ? null : id)
