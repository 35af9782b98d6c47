/**
 * Says at the screen that a changeset is to be published, and has the reconciler do it. What its spec says itself,
 * people cannot overrule.
 */
import { Database, DatabaseClock, PermanentError } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../../schema/changesets.ts"
import { enqueueChangesets } from "../../changesets/enqueueChangesets.ts"
import type { BulkJob } from "../BulkJob.ts"
import type { BulkOperationOf } from "../BulkOperation.ts"
import { holdForReconciler } from "../holdForReconciler.ts"

/** Served by the primary key. */
export const publish = ({ changeset, claim, spec }: BulkJob, { draft }: BulkOperationOf<"publish">) =>
  Effect.gen(function* () {
    const why = whyNot(changeset.currentSpecId, spec)
    if (why !== undefined) return yield* new PermanentError({ reason: why })
    const { run } = yield* Database
    const clock = yield* DatabaseClock
    yield* claim.completeIn(
      Effect.gen(function* () {
        yield* holdForReconciler(claim.record)
        yield* run((db) =>
          db
            .update(changesets)
            .set({ uiPublication: draft ? "draft" : "published", updatedAt: clock })
            .where(eq(changesets.id, changeset.id))
        )
        yield* enqueueChangesets({ changesetIds: [changeset.id] })
      })
    )
  })

/** Undefined: it can be published. Pure. */
export const whyNot = (specId: number | null, spec: BulkJob["spec"]): string | undefined => {
  if (specId === null || spec?.kind === "import") return "cannot publish an imported changeset"
  if (spec === null) return `the changeset's spec ${specId} is gone: apply its batch change again`
  return spec.published === null
    ? undefined
    : "cannot publish a changeset that has a published value set in its changesetTemplate"
}
