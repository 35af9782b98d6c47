/**
 * Runs the steps of a spec in one workspace, from as far as they were run before.
 */
import { Database, type DatabaseError } from "@drover/core"
import { type Git, type GitError, Oid } from "@drover/git"
import { Effect, type FileSystem, type PlatformError } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import { captureChanges, NotCapturable } from "../checkout/captureChanges.ts"
import { makeCheckout } from "../checkout/Checkout.ts"
import { ChangesRejected, type StepError, SpecStepInvalid } from "../StepError.ts"
import type { StepResult, WorkspaceResult } from "../WorkspaceResult.ts"
import { type RenderedStep, Unrendered } from "./renderStep.ts"
import { runStep } from "./runStep.ts"
import type { RunSteps } from "./RunStepsOptions.ts"
import { findSnapshot, saveSnapshot, touchSnapshots } from "./stepCache.ts"
import { baseKey, stepKey } from "./stepKeys.ts"
import { after, begin, nextOf, resultOf, skipped, type StepState } from "./StepState.ts"

export interface StepsResult {
  readonly result: WorkspaceResult
  /** From the root of the repository; empty: nothing changed. */
  readonly diff: Uint8Array
  /** Nothing ran: it was all done before. */
  readonly cached: boolean
}

const DIFF_BYTES = 32 * 1024 * 1024

/** One after the other; the first that fails ends it. What each gave is kept for others at once. */
export const runSteps = Effect.fn("BatchChanges.runSteps")(function* <E>(
  options: RunSteps<E>
): Effect.fn.Return<
  StepsResult,
  StepError | GitError | DatabaseError | PlatformError.PlatformError | E,
  Database | Git | FileSystem.FileSystem | ChildProcessSpawner.ChildProcessSpawner
> {
  const { found, furthest, resume } = yield* walkCached(options)
  const whole = furthest.results.length === options.steps.length
  const end = whole ? furthest : yield* runFrom(options, resume)
  return { result: resultOf(end), diff: end.diff, cached: whole && found > 0 }
})

/** Goes as far as steps were run before. What comes after the last that left only its diff has to run again. */
const walkCached = Effect.fnUntraced(function* <E>(options: RunSteps<E>) {
  const { settings, steps } = options
  const keys: Array<string> = []
  let state = begin(baseKey(options), steps)
  let resume = state
  for (const [index, step] of steps.entries()) {
    const rendered = yield* nextIn(options, state, index)
    const before = state
    if (rendered === undefined) {
      state = skipped(state)
      if (resume === before) resume = state
      continue
    }
    if (settings.cache === false) break
    const key = stepKey(state.key, rendered)
    const snapshot = yield* findSnapshot(key)
    const result = snapshot?.result.steps.at(-1)
    if (snapshot === undefined || result === undefined) break
    const { diff, emptyFolders } = snapshot
    const { changedPaths } = snapshot.result
    state = yield* checkOutputs(
      options,
      index,
      after(state, step, options, { key, result, changedPaths, diff, emptyFolders })
    )
    if (emptyFolders !== undefined) resume = state
    keys.push(key)
  }
  yield* touchSnapshots(keys)
  return { furthest: state, resume, found: keys.length }
})

const runFrom = Effect.fnUntraced(function* <E>(options: RunSteps<E>, resume: StepState) {
  const { baseSha, branch, log, onlyFetchWorkspace, path, repositoryPath, settings, steps } = options
  const checkout = yield* makeCheckout({
    repository: repositoryPath,
    branch,
    commit: Oid.make(baseSha),
    path,
    onlyPath: onlyFetchWorkspace,
    diff: resume.diff,
    emptyFolders: resume.emptyFolders
  })
  let state = resume
  let tree = checkout.tree
  for (let index = resume.results.length; index < steps.length; index++) {
    const step = steps[index]!
    const rendered = yield* nextIn(options, state, index)
    if (rendered === undefined) {
      state = skipped(state)
      continue
    }
    const place = { number: index + 1, of: steps.length }
    const ended = yield* runStep({ checkout, path, step, rendered, settings, log, ...place })
    const captured = yield* captureChanges({
      checkout,
      before: tree,
      maxDiffBytes: settings.maxDiffBytes ?? DIFF_BYTES
    })
    if (captured instanceof NotCapturable) {
      return yield* new ChangesRejected({ step: place.number, of: place.of, reason: captured.reason })
    }
    const { changedPaths, diff, left, stepPaths } = captured
    const emptyFolders = left.files ? undefined : left.emptyFolders
    const result: StepResult = { ...ended, changedPaths: stepPaths }
    const key = stepKey(state.key, rendered)
    const snapshot = {
      emptyFolders,
      diff,
      result: { ...resultOf(state), steps: [...state.results, result], changedPaths }
    }
    yield* saveSnapshot(key, snapshot)
    state = yield* checkOutputs(
      options,
      index,
      after(state, step, options, { key, result, changedPaths, diff, emptyFolders })
    )
    tree = captured.tree
  }
  return state
}, Effect.scoped)

type Place = { readonly steps: ReadonlyArray<unknown> }

const nextIn = <E>(
  options: RunSteps<E>,
  state: StepState,
  index: number
): Effect.Effect<RenderedStep | undefined, SpecStepInvalid> =>
  rejectUnrendered(options, index, nextOf(state, options.steps[index]!, options))

const checkOutputs = (
  options: Place,
  index: number,
  state: StepState | Unrendered
): Effect.Effect<StepState, SpecStepInvalid> => rejectUnrendered(options, index, state)

const rejectUnrendered = <A>(
  { steps }: Place,
  index: number,
  value: A | Unrendered
): Effect.Effect<A, SpecStepInvalid> =>
  value instanceof Unrendered
    ? Effect.fail(new SpecStepInvalid({ step: index + 1, of: steps.length, field: value.field, reason: value.reason }))
    : Effect.succeed(value)
