/**
 * The workers that run the steps of batch specs.
 *
 * A step is a program of whoever wrote the spec. It runs as the user that runs the worker, with that user's rights on
 * this host: see `docs/guides/batch-changes.md` for who may be let write specs, and where a worker belongs.
 */
import { type Claim, Condition, Worker } from "@drover/core"
import { Effect, Layer } from "effect"
import { batchSpecWorkspaces as table } from "../../schema/batchSpecs.ts"
import { handleWorkspace } from "./handleWorkspace.ts"
import type { StepSettings } from "./steps/RunStepsOptions.ts"
import { type WorkspaceRecord, WorkspaceStore } from "./WorkspaceStore.ts"
import { workspacesOf } from "./workspacesOf.ts"

/** @category options */
export interface WorkspaceWorkerOptions<R = never> extends StepSettings {
  /** Workspaces at a time. Defaults to 2. */
  readonly concurrency?: number | undefined
  /** Only those of this spec. Defaults to all. */
  readonly batchSpecId?: number | undefined
  /**
   * Called by the worker that ended the last workspace of a spec, whatever became of them. Two that end the last two at
   * one moment may both call it, and one that is killed at that moment does not: what has to happen is asked for again
   * by whoever waits for it. Its failure is logged. Defaults to nothing.
   */
  readonly onSpecEnded?: ((batchSpecId: number) => Effect.Effect<unknown, unknown, R>) | undefined
  /** How long a stop waits for steps that run before it kills them and gives their workspaces back. Defaults to 30 seconds. */
  readonly drainTimeout?: Worker.WorkerSettings["drainTimeout"]
}

/** @category constructors */
export const makeWorkspaceWorker = Effect.fnUntraced(function* <R = never>(options: WorkspaceWorkerOptions<R>) {
  return yield* Worker.make(workOptions(options, yield* WorkspaceStore))
})

/** For as long as the layer lives. @category layers */
export const workspaceWorker = <R = never>(options: WorkspaceWorkerOptions<R> = {}) =>
  Layer.unwrap(Effect.map(WorkspaceStore, (store) => Worker.layer(workOptions(options, store))))

type Needed = Effect.Services<ReturnType<ReturnType<typeof handleWorkspace>>>
type WorkOptions<R> = Worker.WorkOptions<
  WorkspaceRecord,
  number,
  "batch_spec_workspaces",
  Effect.Error<ReturnType<ReturnType<typeof handleWorkspace>>>,
  Needed | R
>

const workOptions = <R>(
  { batchSpecId, concurrency = 2, drainTimeout, onSpecEnded, ...settings }: WorkspaceWorkerOptions<R>,
  store: WorkspaceStore["Service"]
): WorkOptions<R> => ({
  store,
  concurrency,
  drainTimeout,
  name: batchSpecId === undefined ? store.name : `${store.name}.${batchSpecId}`,
  handle: handleWorkspace(settings),
  hooks: {
    ...(batchSpecId === undefined
      ? {}
      : {
          preDequeue: Effect.succeed({
            go: true,
            conditions: [Condition.eq(table.batchSpecId, batchSpecId)],
            limit: concurrency
          })
        }),
    ...(onSpecEnded === undefined ? {} : { postHandle: tellOfEnd(onSpecEnded) })
  }
})

const tellOfEnd =
  <R>(onSpecEnded: NonNullable<WorkspaceWorkerOptions<R>["onSpecEnded"]>) =>
  ({ record: { batchSpecId } }: Claim<WorkspaceRecord>) =>
    Effect.flatMap(workspacesOf(batchSpecId), ({ ended }) => (ended ? onSpecEnded(batchSpecId) : Effect.void)).pipe(
      Effect.asVoid,
      Effect.catchCause((cause) => Effect.logError("What follows the end of a batch spec's workspaces failed", cause))
    )
