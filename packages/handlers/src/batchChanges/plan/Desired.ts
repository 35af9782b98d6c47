/**
 * What is planned from: what a batch change wants, and what there is.
 */
import type { ExternalState, Publication, PublishedValue, UiPublication } from "../states.ts"

/** What a changeset spec wants of one pull request. @category models */
export interface DesiredChange {
  readonly title: string
  readonly body: string
  readonly baseRef: string
  /** Or anything that differs when the diff does, such as its hash. */
  readonly diff: string
  readonly commitMessage: string
  readonly authorName: string
  readonly authorEmail: string
  readonly published: PublishedValue
}

/** What a batch change has to do with a changeset. @category models */
export interface Association {
  readonly batchChangeId: number
  /** It is to let go of the changeset. */
  readonly detach: boolean
  /** It is to put the changeset away; `archived`: it has. */
  readonly archive: boolean
  readonly archived: boolean
}

/** A changeset as it is. @category models */
export interface ObservedChangeset {
  readonly publication: Publication
  readonly uiPublication: UiPublication
  readonly external: ExternalState
  /** Somebody asked to close it. */
  readonly closing: boolean
  /** The batch change that made it; null: it was imported, or its owner is gone. */
  readonly ownerId: number | null
  readonly associations: ReadonlyArray<Association>
  /** No batch change had it any more. */
  readonly detached: boolean
}

/** What a host can do. @category models */
export interface HostAbilities {
  readonly drafts: boolean
  readonly reopen: boolean
}

/** What is to be published, once spec and person have had their say. Pure. */
export const wanted = (
  { published }: Pick<DesiredChange, "published">,
  ui: UiPublication
): "nothing" | "draft" | "published" => {
  if (published === null) return ui === "published" ? "published" : ui === "draft" ? "draft" : "nothing"
  return published === "draft" ? "draft" : published ? "published" : "nothing"
}
