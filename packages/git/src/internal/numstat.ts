import { isOid } from "../Oid.ts"
import type { DiffTotals } from "../Totals.ts"

/**
 * Adds up `added TAB deleted TAB path`, where an empty path stands for a rename whose two paths follow. An id alone
 * begins the next diff: there are totals for each, and for what comes before the first.
 */
export const sumNumstat = (records: ReadonlyArray<string>): readonly [DiffTotals, ...ReadonlyArray<DiffTotals>] => {
  let totals = { additions: 0, deletions: 0, changedFiles: 0, binaryFiles: 0 }
  const rest: Array<DiffTotals> = []
  const first = totals
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? ""
    if (isOid(record)) {
      totals = { additions: 0, deletions: 0, changedFiles: 0, binaryFiles: 0 }
      rest.push(totals)
      continue
    }
    const found = /^(-|\d+)\t(-|\d+)\t(.*)$/s.exec(record)
    if (found === null) continue
    const [, added, deleted, path] = found
    totals.changedFiles += 1
    if (added === "-") totals.binaryFiles += 1
    else {
      totals.additions += Number(added)
      totals.deletions += Number(deleted)
    }
    if (path === "") index += 2
  }
  return [first, ...rest]
}
