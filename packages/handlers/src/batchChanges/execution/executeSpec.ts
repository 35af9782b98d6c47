/**
 * Runs the steps of one spec to their end, here and now.
 */
import { Effect } from "effect"
import { makeWorkspaceWorker, type WorkspaceWorkerOptions } from "./workspaceWorker.ts"
import { workspacesOf, type WorkspaceProgress } from "./workspacesOf.ts"

/** @category options */
export interface ExecuteSpec extends Omit<WorkspaceWorkerOptions, "batchSpecId" | "onSpecEnded"> {
  readonly batchSpecId: number
  /** Told whenever it has changed. */
  readonly onProgress?: ((progress: WorkspaceProgress) => Effect.Effect<unknown>) | undefined
}

/** Between looks at what other workers do with the spec's workspaces. */
const LOOK = "200 millis"

/**
 * Works on the spec's workspaces beside whatever other workers there are, and waits until all have ended, by whomever:
 * also those that rest between two attempts. Interrupting it gives back what it holds.
 *
 * @category operations
 */
export const executeSpec = Effect.fn("BatchChanges.executeSpec")(function* ({
  onProgress = () => Effect.void,
  ...options
}: ExecuteSpec) {
  yield* makeWorkspaceWorker({ drainTimeout: 0, ...options })
  let told = ""
  const look = Effect.tap(workspacesOf(options.batchSpecId), (progress) => {
    const now = JSON.stringify(progress)
    if (now === told) return Effect.void
    told = now
    return onProgress(progress)
  })
  return yield* look.pipe(
    Effect.tap(({ ended }) => (ended ? Effect.void : Effect.sleep(LOOK))),
    Effect.repeat({ until: ({ ended }) => ended })
  )
}, Effect.scoped)
