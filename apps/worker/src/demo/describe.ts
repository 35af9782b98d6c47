/**
 * What the demo says of things, a line each. Pure.
 */
import type { CodeHit, pullRequests } from "@drover/handlers"

export type PullRow = typeof pullRequests.$inferSelect & { readonly repository: string }

const standing = (pull: PullRow): string => (pull.state === "open" ? pull.mergeableState : pull.state)

const reason = (pull: PullRow): string => {
  if (pull.state !== "open") return ""
  if (pull.mergeableReason !== null) return pull.mergeableReason
  if (pull.conflictedPaths.length > 0) return `conflicts in ${pull.conflictedPaths.join(", ")}`
  return pull.behindBy > 0 ? `${pull.behindBy} commit(s) behind ${pull.baseRef}` : ""
}

export const describePull = (pull: PullRow): string => {
  const name = `${pull.repository}#${pull.number}`.padEnd(16)
  const size = `+${pull.additions} −${pull.deletions} in ${pull.changedFiles} file(s), ${pull.commits} commit(s)`
  const why = reason(pull)
  return `${name} ${standing(pull).padEnd(8)} ${pull.title.padEnd(20)} ${size}${why === "" ? "" : ` · ${why}`}`
}

/** What a search found: the files, and the first line of each. */
export const describeSearch = (query: string, hits: ReadonlyArray<CodeHit>): string =>
  [
    `search "${query}": ${hits.length} file(s)`,
    ...hits.map(({ lines: [line], path, repository }) =>
      line === undefined ? `  ${repository} ${path}` : `  ${repository} ${path}:${line.number}  ${line.text.trim()}`
    )
  ].join("\n")
