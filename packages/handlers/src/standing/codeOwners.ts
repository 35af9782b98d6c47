/**
 * Reads CODEOWNERS as GitHub does: of the lines that match a path the last one counts, and one without owners takes the
 * ownership away. A line that GitHub would skip as invalid is skipped.
 *
 * Owners are users (`@ada`) and e-mail addresses of users. The forge has no teams: `@acme/core` is kept by name, and is
 * nobody who can approve.
 */
import { type PathPattern, pathPattern } from "./pathPattern.ts"

/** @category models */
export interface OwnerRule {
  readonly matches: PathPattern
  /** As they are written. Empty: whatever matches has none. */
  readonly owners: ReadonlyArray<string>
}

/** Where the file is looked for, in this order. */
export const codeOwnersPaths = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]

/** A larger file is not read. */
export const codeOwnersMaxBytes = 3 * 1024 * 1024

export const parseCodeOwners = (source: string): ReadonlyArray<OwnerRule> =>
  source.split(/\r?\n/).flatMap((line) => parseLine(line) ?? [])

const parseLine = (line: string): OwnerRule | undefined => {
  // a backslash keeps a space in the pattern
  const words = line.match(/(?:\\.|[^\s\\])+/gu) ?? []
  const comment = words.findIndex((word) => word.startsWith("#"))
  const [pattern, ...owners] = comment < 0 ? words : words.slice(0, comment)
  if (pattern === undefined || !owners.every((owner) => owned.test(owner))) return undefined
  const matches = pathPattern(pattern)
  return matches === undefined ? undefined : { matches, owners }
}

/** `@user`, `@org/team`, or an address. */
const owned = /^(?:@[\w.-]+(?:\/[\w.-]+)?|[^@\s]+@[^@\s]+)$/u

/** Who owns which of these paths: a group for each different list of owners. Paths without owners are left out. */
export const groupByOwners = (
  rules: ReadonlyArray<OwnerRule>,
  paths: ReadonlyArray<string>
): ReadonlyArray<{ readonly owners: ReadonlyArray<string>; readonly example: string }> => {
  const groups = new Map<string, { readonly owners: ReadonlyArray<string>; readonly example: string }>()
  for (const path of paths) {
    const owners = rules.findLast(({ matches }) => matches(path))?.owners ?? []
    const key = owners.join(" ").toLowerCase()
    if (owners.length > 0 && !groups.has(key)) groups.set(key, { owners, example: path })
  }
  return [...groups.values()]
}
