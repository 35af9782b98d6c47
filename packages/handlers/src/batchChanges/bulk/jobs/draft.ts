/**
 * Makes a pull request that is ready a draft again, where its host can. That is also what is wanted from then on, so
 * that the reconciler does not make it ready at its next look; where the spec says published, it is refused.
 */
import { Database, DatabaseClock, PermanentError } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../../schema/changesets.ts"
import type { BulkJob } from "../BulkJob.ts"
import { tellHost } from "../tellHost.ts"

/** Served by the primary key. */
export const draft = (job: BulkJob) =>
  Effect.gen(function* () {
    if (job.spec?.published === "true") {
      return yield* new PermanentError({
        reason: "cannot make a draft of a changeset that is published by its changesetTemplate: change the spec"
      })
    }
    const { run } = yield* Database
    const clock = yield* DatabaseClock
    yield* tellHost(
      job,
      (host, at) => host.markDraft(at),
      run((db) =>
        db
          .update(changesets)
          .set({ uiPublication: "draft", updatedAt: clock })
          .where(eq(changesets.id, job.changeset.id))
      )
    )
  })
