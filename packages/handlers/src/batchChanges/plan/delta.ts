/**
 * How two specs of one changeset differ. Pure.
 */
import type { UiPublication } from "../states.ts"
import { type DesiredChange, wanted } from "./Desired.ts"

/** @category models */
export interface Delta {
  /** Differences that a commit carries. */
  readonly pushed: ReadonlyArray<string>
  /** Differences that the pull request carries. */
  readonly described: ReadonlyArray<string>
  /** It was to be a draft, and is so no more. Back to a draft there is no way: hosts have none. */
  readonly undraft: boolean
}

const pushed = {
  diff: "diff",
  commitMessage: "commit message",
  authorName: "author",
  authorEmail: "author's email"
} as const
const described = { title: "title", body: "body", baseRef: "base branch" } as const

/**
 * How a spec differs from what may be there: parts of any of the others. `"unknown"` differs in everything; of none there
 * is no difference.
 */
export const delta = (
  others: ReadonlyArray<DesiredChange | "unknown">,
  current: DesiredChange,
  ui: UiPublication
): Delta => {
  const differs = (field: keyof DesiredChange) =>
    others.some((other) => other === "unknown" || other[field] !== current[field])
  const changed = (fields: Readonly<Partial<Record<keyof DesiredChange, string>>>) =>
    Object.entries(fields).flatMap(([field, name]) => (differs(field as keyof DesiredChange) ? [name] : []))
  const maybeDraft = others.some((other) => other !== "unknown" && other.published === "draft")
  return {
    pushed: changed(pushed),
    described: changed(described),
    undraft: maybeDraft && wanted(current, ui) === "published"
  }
}
