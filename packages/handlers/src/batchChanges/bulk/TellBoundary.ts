/**
 * Where a worker may die that tells a host something, for tests that kill it there.
 */
import { Context, Effect } from "effect"

/**
 * - `before`: nothing is written, or done.
 * - `noted`: it is written that the host is about to be told.
 * - `told`: the host has done it, and nothing here says so.
 * - `answered`: it is written that the host was told.
 * - `recorded`: what came of it and the job's completion are committed.
 *
 * @category models
 */
export type Boundary = (typeof boundaries)[number]

export const boundaries = ["before", "noted", "told", "answered", "recorded"] as const

/** Called at each boundary of each job that tells a host something. Does nothing by default. @category services */
export const TellBoundary = Context.Reference<
  (at: { readonly jobId: number; readonly boundary: Boundary }) => Effect.Effect<void>
>("@drover/handlers/batchChanges/TellBoundary", { defaultValue: () => () => Effect.void })
