/**
 * What statuses and check runs come to. Facts and rules; no database.
 */
import type { CheckConclusion, CheckRunStatus, StatusState } from "../schema/checks.ts"
import { type CheckRollup, checkRollups } from "../schema/pullRequests.ts"

/** What a program last said of a commit: its latest status of a context, or its latest run of a name. @category models */
export type CheckReport =
  | { readonly _tag: "Status"; readonly name: string; readonly state: StatusState }
  | {
      readonly _tag: "Run"
      readonly name: string
      readonly status: CheckRunStatus
      readonly conclusion: CheckConclusion | null
    }

/** What one report counts as. */
export const weigh = (report: CheckReport): Exclude<CheckRollup, "expected"> => {
  if (report._tag === "Status") return report.state
  if (report.status !== "completed") return "pending"
  return report.conclusion === null ? "success" : weights[report.conclusion]
}

const weights = {
  success: "success",
  neutral: "success",
  skipped: "success",
  failure: "failure",
  timed_out: "failure",
  startup_failure: "failure",
  action_required: "error",
  cancelled: "error",
  stale: "error"
} as const satisfies Record<CheckConclusion, CheckRollup>

/** The worst of them; `expected` where nothing has reported. */
export const checkRollup = (reports: ReadonlyArray<CheckReport>): CheckRollup =>
  checkRollups[Math.min(checkRollups.length - 1, ...reports.map((report) => checkRollups.indexOf(weigh(report))))]!

/**
 * What is missing of the checks that must succeed, in words. Where a status and a run have one name, both must.
 */
export const missingChecks = (
  required: ReadonlyArray<string>,
  reports: ReadonlyArray<CheckReport>
): ReadonlyArray<string> =>
  required.flatMap((name) => {
    const own = reports.filter((report) => report.name === name)
    if (own.length === 0) return [`the check "${name}" has not reported`]
    const worst = checkRollup(own)
    return worst === "success" ? [] : [`the check "${name}" ${wordsOf[worst]}`]
  })

const wordsOf = {
  error: "ended in an error",
  failure: "failed",
  pending: "is not done",
  expected: "has not reported"
} as const satisfies Record<Exclude<CheckRollup, "success">, string>
