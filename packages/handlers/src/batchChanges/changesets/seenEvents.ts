/**
 * What happened between two looks at a pull request. Pure.
 */
import type { changesets } from "../../schema/changesets.ts"
import type { ChangesetEventKind } from "./recordChangesetEvent.ts"

/** What is kept of a pull request that was seen. */
export type Seen = Pick<
  typeof changesets.$inferSelect,
  | "externalId"
  | "externalUrl"
  | "externalState"
  | "externalTitle"
  | "externalBody"
  | "externalBaseRef"
  | "externalHeadSha"
  | "mergeableState"
  | "checkState"
  | "reviewState"
  | "conflictedPaths"
  | "labels"
  | "mergeCommitSha"
  | "externalUpdatedAt"
>

type Before = Partial<Seen>

interface Happened {
  readonly kind: ChangesetEventKind
  readonly key: string
  readonly payload?: Readonly<Record<string, unknown>>
}

/** The host's time of the change makes the key: who sees the same change twice tells it once. */
export const seenEvents = (before: Before, after: Seen): ReadonlyArray<Happened> => {
  const key = after.externalUpdatedAt?.toISOString() ?? "unknown"
  const happened: Array<Happened> = []
  const say = (kind: ChangesetEventKind, payload: Readonly<Record<string, unknown>> = {}) =>
    void happened.push({ kind, key, payload })

  const became = stateEvent(before.externalState ?? null, after.externalState)
  if (became !== undefined) say(became, { from: before.externalState ?? null, to: after.externalState })
  // what it was when it was first seen is no change
  if ((before.externalState ?? null) === null) return happened
  if (before.externalBaseRef !== after.externalBaseRef)
    say("retargeted", { from: before.externalBaseRef, to: after.externalBaseRef })
  if (before.externalTitle !== after.externalTitle || before.externalBody !== after.externalBody)
    say("edited", { title: after.externalTitle })
  if (before.checkState !== after.checkState) say("checks", { from: before.checkState, to: after.checkState })
  if (before.reviewState !== after.reviewState) say("reviews", { from: before.reviewState, to: after.reviewState })
  return happened
}

type State = Seen["externalState"]

const stateEvent = (before: State, after: State): ChangesetEventKind | undefined => {
  if (before === after) return undefined
  switch (after) {
    case "merged":
    case "closed":
    case "deleted":
    case "readonly":
      return after
    case "draft":
      return before === null ? "draft" : before === "closed" ? "reopened" : "draft"
    case "open":
      return before === null ? "published" : before === "draft" ? "ready" : "reopened"
    default:
      return undefined
  }
}
