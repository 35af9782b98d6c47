/**
 * From rows to what a plan is made of. Pure.
 */
import type { changesetAssociations, changesets } from "../../schema/changesets.ts"
import type { changesetSpecs } from "../../schema/batchSpecs.ts"
import type { Association, DesiredChange, ObservedChangeset } from "../plan/Desired.ts"
import type { PublishedValue } from "../states.ts"

/** The columns of a changeset that a plan looks at. */
export type PlannedColumns = Pick<
  typeof changesets.$inferSelect,
  "publication" | "uiPublication" | "externalState" | "closing" | "ownerId" | "detachedAt"
>

export const observe = (
  row: PlannedColumns,
  associations: ReadonlyArray<typeof changesetAssociations.$inferSelect>
): ObservedChangeset => ({
  publication: row.publication,
  uiPublication: row.uiPublication,
  external: row.externalState,
  closing: row.closing,
  ownerId: row.ownerId,
  associations: associations.map(({ archive, archived, batchChangeId, detach }): Association => {
    return { batchChangeId, detach, archive, archived }
  }),
  detached: row.detachedAt !== null
})

/** Undefined for a spec that only imports. */
export const desiredOf = (
  spec: Omit<typeof changesetSpecs.$inferSelect, "diff"> | undefined
): DesiredChange | undefined =>
  spec === undefined || spec.kind === "import"
    ? undefined
    : {
        title: spec.title,
        body: spec.body,
        baseRef: spec.baseRef,
        diff: spec.diffHash,
        commitMessage: spec.commitMessage,
        authorName: spec.authorName,
        authorEmail: spec.authorEmail,
        published: publishedOf(spec.published)
      }

/** What was begun, for a plan: of a spec that is gone nobody knows what it said. */
export const begunOf = (
  specs: ReadonlyArray<Omit<typeof changesetSpecs.$inferSelect, "diff"> | undefined>
): ReadonlyArray<DesiredChange | "unknown"> => specs.map((spec) => desiredOf(spec) ?? "unknown")

/** As a spec has it. */
export const publishedOf = (stored: "true" | "false" | "draft" | null): PublishedValue =>
  stored === null ? null : stored === "draft" ? "draft" : stored === "true"
