/**
 * Handles one workspace of the queue: runs the steps of its spec, and keeps what they give.
 */
import { type Claim, Database } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"
import { repositoryById } from "../../repositories/findRepository.ts"
import type { Step } from "../spec/BatchSpec.ts"
import { stepLog } from "./stepLog.ts"
import type { StepSettings } from "./steps/RunStepsOptions.ts"
import { runSteps } from "./steps/runSteps.ts"
import { CheckoutUnavailable, RepositoryClosed } from "./WorkspaceError.ts"
import type { WorkspaceRecord } from "./WorkspaceStore.ts"

export const handleWorkspace = (settings: StepSettings) =>
  Effect.fn("BatchChanges.handleWorkspace")(
    function* (claim: Claim<WorkspaceRecord>) {
      const { record } = claim
      const { run } = yield* Database
      const repository = yield* repositoryById(record.repositoryId)
      const why = repository.deletedAt !== null ? "deleted" : repository.archivedAt !== null ? "archived" : undefined
      if (why !== undefined) return yield* new RepositoryClosed({ repository: repository.name, why })
      const { description, name, steps } = yield* stepsOf(record.batchSpecId)
      const { cached, diff, result } = yield* runSteps({
        ...record,
        repository: repository.name,
        repositoryPath: repository.path,
        batchChange: { name, description: description ?? "" },
        steps: steps ?? [],
        settings,
        log: stepLog(claim)
      })
      yield* claim.completeIn(
        run((db) => db.update(table).set({ result, diff, cached }).where(eq(table.id, record.id)))
      )
    },
    Effect.catchTag("PlatformError", (cause) => Effect.fail(new CheckoutUnavailable({ cause })))
  )

/** Not the diffs that a spec may bring, which are large. Served by the primary key. */
const stepsOf = Effect.fnUntraced(function* (batchSpecId: number) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select({
        name: sql<string>`${batchSpecs.spec}->>'name'`,
        description: sql<string | null>`${batchSpecs.spec}->>'description'`,
        steps: sql<ReadonlyArray<Step> | null>`${batchSpecs.spec}->'steps'`
      })
      .from(batchSpecs)
      .where(eq(batchSpecs.id, batchSpecId))
  )
  // a workspace goes with its spec
  return found ?? (yield* Effect.die(new Error(`there is no batch spec ${batchSpecId}`)))
})
