/**
 * What the check runs of a suite come to. Pure.
 */
import type { CheckConclusion, CheckRunStatus } from "../schema/checks.ts"

/** @category models */
export interface SuiteState {
  readonly status: CheckRunStatus
  readonly conclusion: CheckConclusion | null
}

/** Of the latest attempt of each name. */
export const suiteState = (runs: ReadonlyArray<SuiteState>): SuiteState => {
  if (runs.every(({ status }) => status === "queued")) return { status: "queued", conclusion: null }
  if (runs.some(({ status }) => status !== "completed")) return { status: "in_progress", conclusion: null }
  const has = (...wanted: ReadonlyArray<CheckConclusion>) =>
    runs.some(({ conclusion }) => conclusion !== null && wanted.includes(conclusion))
  if (has("failure", "timed_out", "startup_failure")) return { status: "completed", conclusion: "failure" }
  for (const conclusion of ["action_required", "cancelled"] as const) {
    if (has(conclusion)) return { status: "completed", conclusion }
  }
  return { status: "completed", conclusion: "success" }
}
