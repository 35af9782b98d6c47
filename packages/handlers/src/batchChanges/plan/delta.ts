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

/** No previous spec: no difference. */
export const delta = (previous: DesiredChange | undefined, current: DesiredChange, ui: UiPublication): Delta => {
  if (previous === undefined) return { pushed: [], described: [], undraft: false }
  const changed = (fields: Readonly<Record<string, string>>) =>
    Object.entries(fields)
      .filter(([field]) => previous[field as keyof DesiredChange] !== current[field as keyof DesiredChange])
      .map(([, name]) => name)
  return {
    pushed: changed(pushed),
    described: changed(described),
    undraft: previous.published === "draft" && wanted(current, ui) === "published"
  }
}
