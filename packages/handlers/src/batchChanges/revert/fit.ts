/**
 * Leaves out of a spec what would make it longer than one may be. Pure.
 */
import { DIFF_BYTES } from "./scratch.ts"
import type { UndoneBranch } from "./undoBranch.ts"

const WHY = "the spec is as long as one may be without it: once that is merged, revert the rest under another --name"

/** As YAML has it: every line is indented, or what is odd escaped. */
const lengthOf = (diff: string): number =>
  Math.max(JSON.stringify(diff).length, Buffer.byteLength(diff) + 8 * diff.split("\n").length)

export const fit = (parts: ReadonlyArray<UndoneBranch>): ReadonlyArray<UndoneBranch> => {
  let left = DIFF_BYTES
  return parts.map((part) => {
    const length = part.diff === undefined ? 0 : lengthOf(part.diff)
    if (length <= left) {
      left -= length
      return part
    }
    const changesets = part.changesets.map((one) =>
      one.fate === "undone" ? { ...one, fate: "impossible" as const, why: WHY } : one
    )
    return { ...part, diff: undefined, changesets }
  })
}
