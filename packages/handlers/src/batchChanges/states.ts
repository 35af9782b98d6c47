/**
 * The axes on which a changeset stands, and the one word that people read.
 */
import type { WorkState } from "@drover/core"

/** Whether the pull request has been made. @category models */
export type Publication = "unpublished" | "published"

/** What a spec wants published: yes, no, as a draft, or whatever the person at the screen says (null). @category models */
export type PublishedValue = boolean | "draft" | null

/** What the person at the screen said; null: nothing. @category models */
export type UiPublication = "unpublished" | "draft" | "published" | null

/** Where the pull request stands on its host; null: there is none. `readonly`: its repository is archived. @category models */
export type ExternalState = "draft" | "open" | "closed" | "merged" | "deleted" | "readonly" | null

/** @category models */
export type ComputedState =
  | "retrying"
  | "failed"
  | "scheduled"
  | "processing"
  | "unpublished"
  | Exclude<ExternalState, null>

/** The first that holds. A published changeset that nobody has seen on its host yet counts as being processed. Pure. @category models */
export const computedState = ({
  external,
  publication,
  reconciler
}: {
  readonly reconciler: WorkState | "scheduled"
  readonly publication: Publication
  readonly external: ExternalState
}): ComputedState => {
  if (reconciler === "errored") return "retrying"
  if (reconciler === "failed" || reconciler === "canceled") return "failed"
  if (reconciler === "scheduled") return "scheduled"
  if (reconciler !== "completed") return "processing"
  if (publication === "unpublished") return "unpublished"
  return external ?? "processing"
}
