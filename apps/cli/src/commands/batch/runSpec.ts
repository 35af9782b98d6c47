/**
 * Brings a batch spec to where it can be previewed: runs its steps here, or waits for workers that run them.
 */
import {
  executeSpec,
  makeChangesetSpecs,
  type StepSettings,
  workspacesOf,
  type WorkspaceProgress
} from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { duration, given } from "../../flags.ts"
import { counted } from "../../output/counted.ts"
import { progress } from "../../output/progress.ts"

export const runFlags = {
  concurrency: Flag.Int("concurrency").pipe(
    Flag.withDescription("Workspaces at a time; defaults to 2"),
    Flag.filter(
      (count) => count >= 1 && count <= 64,
      (count) => `Expected a number from 1 to 64, got: ${count}`
    ),
    Flag.withDefault(2)
  ),
  timeout: duration("step-timeout").pipe(
    Flag.withDescription("Of a step that names none; defaults to 10 minutes"),
    Flag.optional
  ),
  noCache: given("no-cache", "Run steps that were run before on the same commit, too"),
  noRun: given("no-run", "Run nothing here: wait for workers with DROVER_EXECUTE_STEPS")
}

interface RunOptions {
  readonly concurrency: number
  readonly timeout: Option.Option<NonNullable<StepSettings["timeout"]>>
  readonly noCache: boolean
  readonly noRun: boolean
}

/** Fails with `BatchSpecFailed`, which has every reason, where something cannot be proposed. */
export const runSpec = Effect.fnUntraced(function* (
  batchSpecId: number,
  { concurrency, noCache, noRun, timeout }: RunOptions
) {
  const shown = yield* progress
  const onProgress = (state: WorkspaceProgress) => shown.update(inWords(state))
  const ended = yield* (
    noRun
      ? waitFor(batchSpecId, onProgress)
      : executeSpec({ batchSpecId, concurrency, cache: !noCache, timeout: Option.getOrUndefined(timeout), onProgress })
  ).pipe(Effect.onError(() => shown.end()))
  yield* shown.end(inWords(ended))
  yield* makeChangesetSpecs(batchSpecId)
})

const waitFor = (batchSpecId: number, onProgress: (state: WorkspaceProgress) => Effect.Effect<void>) =>
  workspacesOf(batchSpecId).pipe(
    Effect.tap(onProgress),
    Effect.tap(({ ended }) => (ended ? Effect.void : Effect.sleep("200 millis"))),
    Effect.repeat({ until: ({ ended }) => ended })
  )

const inWords = ({ cached, canceled, completed, failed, processing, queued, total }: WorkspaceProgress): string => {
  const states = [
    [completed, "completed"],
    [processing, "running"],
    [queued, "waiting"],
    [failed, "failed"],
    [canceled, "canceled"]
  ] as const
  const parts = states.flatMap(([count, state]) => (count === 0 ? [] : [`${count} ${state}`]))
  return `Steps in ${counted(total, "workspace")}: ${parts.join(", ")}${cached === 0 ? "" : `; ${cached} done before`}`
}
