import type { MergeResult } from "../MergeResult.ts"
import { isOid } from "../Oid.ts"
import { text } from "./text.ts"

/**
 * Reads the answer of `merge-tree --stdin -z --name-only --no-messages`: for each merge `1` or `0`, the tree, the
 * conflicted paths, and an empty field. One that was cut off is left out, and everything after it.
 */
export const parseMerges = (stdout: Uint8Array): ReadonlyArray<MergeResult> => {
  const fields = text(stdout).split("\0")
  const merges: Array<MergeResult> = []
  let at = 0
  for (;;) {
    const [state, tree] = [fields[at], fields[at + 1]]
    const end = fields.indexOf("", at)
    // the last field is what follows the last NUL: it ends nothing
    if ((state !== "0" && state !== "1") || tree === undefined || !isOid(tree)) return merges
    if (end === -1 || end === fields.length - 1) return merges
    const conflictedPaths = fields.slice(at + 2, end)
    merges.push(state === "1" ? { clean: true, tree } : { clean: false, tree, conflictedPaths })
    at = end + 1
  }
}
