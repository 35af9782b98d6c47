/**
 * A job of a bulk operation with all that it is about.
 */
import type { Claim } from "@drover/core"
import type { Repository } from "../../repositories/findRepository.ts"
import type { changesetSpecs } from "../../schema/batchSpecs.ts"
import type { changesets } from "../../schema/changesets.ts"
import type { ChangesetJob } from "./BulkStore.ts"

export interface BulkJob {
  readonly claim: Claim<ChangesetJob>
  readonly changeset: typeof changesets.$inferSelect
  readonly repository: Repository
  /** Null: it was imported, or the spec is gone; `changeset.currentSpecId` tells which. */
  readonly spec: Pick<typeof changesetSpecs.$inferSelect, "kind" | "published"> | null
}

/** By which whatever the job says is known again. Pure. */
export const keyOf = ({ bulkOperationId, changesetId }: ChangesetJob): string =>
  `bulk-${bulkOperationId}-${changesetId}`

/** Whom the job acts for at the host; null: Drover's operator. Pure. */
export const subjectOf = ({ byOperator, userId }: ChangesetJob) =>
  ({ _tag: "BulkJob", userId: byOperator ? null : userId }) as const
