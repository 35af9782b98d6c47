/**
 * What a spec says of the publication of one changeset. Pure.
 */
import { matchesPattern } from "../../protection/matchPattern.ts"
import type { ChangesetTemplate } from "../spec/BatchSpec.ts"
import type { PublishedValue } from "../states.ts"

/**
 * Of globs the last that matches counts; where none does, or the spec says nothing, a person decides (null). A glob may
 * end in `@branch`, which is a glob too. A single `*` means every repository.
 */
export const publishedValue = (
  published: ChangesetTemplate["published"],
  repository: string,
  branch: string
): PublishedValue => {
  if (published === undefined) return null
  if (typeof published !== "object") return published
  const rules = published.flatMap((rule) => Object.entries(rule))
  return rules.findLast(([glob]) => matches(glob, repository, branch))?.[1] ?? null
}

const matches = (glob: string, repository: string, branch: string): boolean => {
  const at = glob.indexOf("@")
  const name = at === -1 ? glob : glob.slice(0, at)
  return (
    matchesPattern(name === "*" ? "**" : name, repository) && (at === -1 || matchesPattern(glob.slice(at + 1), branch))
  )
}
