/**
 * A job, as `--json` prints it. docs/guides/cli.md has the shape.
 */
import type { JobRow } from "@drover/core"

export const jobJson = (job: JobRow) => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  attempt: job.attempt,
  maxAttempts: job.maxAttempts,
  failures: job.numFailures,
  resets: job.numResets,
  priority: job.priority,
  dedupeKey: job.dedupeKey,
  payload: job.payload,
  payloadVersion: job.payloadVersion,
  failureMessage: job.failureMessage,
  cancelRequested: job.cancel,
  runAgain: job.runAgain,
  worker: job.workerHostname === "" ? null : job.workerHostname,
  queuedAt: job.queuedAt,
  processAfter: job.processAfter,
  startedAt: job.startedAt,
  lastHeartbeatAt: job.lastHeartbeatAt,
  finishedAt: job.finishedAt,
  executionLogs: job.executionLogs ?? []
})
