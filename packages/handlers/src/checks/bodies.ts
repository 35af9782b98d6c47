/**
 * Check runs and suites in an event's body, named as GitHub names them.
 */
import type { checkRuns, checkSuites } from "../schema/checks.ts"
import type { SuiteState } from "./suiteState.ts"

/** @category models */
export type CheckRun = typeof checkRuns.$inferSelect

/** @category models */
export type CheckSuite = typeof checkSuites.$inferSelect & SuiteState

export const suiteBody = ({ app, conclusion, createdAt, headSha, id, status }: CheckSuite) => ({
  id,
  head_sha: headSha,
  status,
  conclusion,
  app: { slug: app },
  created_at: createdAt
})

export const runBody = (run: CheckRun) => ({
  id: run.id,
  name: run.name,
  head_sha: run.headSha,
  status: run.status,
  conclusion: run.conclusion,
  details_url: run.detailsUrl,
  started_at: run.startedAt,
  completed_at: run.completedAt,
  output: { title: run.title, summary: run.summary },
  check_suite: { id: run.suiteId }
})
