/**
 * A job in full, for people. Pure.
 */
import type { JobRow } from "@drover/core"
import { details } from "../../output/details.ts"
import { renderEntry } from "../../output/executionLog.ts"
import type { Look } from "../../output/Look.ts"
import { section } from "../../output/section.ts"
import { toneOf } from "../../output/style.ts"
import { moment, momentOrNone } from "../../output/time.ts"

export const renderJob = (job: JobRow, look: Look): string => {
  const waits = job.state === "queued" || job.state === "errored"
  const facts = details(
    `Job ${job.id}: ${job.kind}`,
    [
      ["State", job.cancel ? `${job.state}, asked to stop` : job.state, toneOf(job.state)],
      ["Attempt", `${job.attempt} of ${job.maxAttempts}`],
      ["Failures", job.numFailures === 0 ? undefined : String(job.numFailures)],
      ["Resets", job.numResets === 0 ? undefined : String(job.numResets)],
      ["Priority", String(job.priority)],
      ["Key", job.dedupeKey ?? undefined],
      ["Runs again", job.runAgain ? "yes, a trigger came while it ran" : undefined],
      ["Worker", job.workerHostname],
      ["Queued", moment(job.queuedAt)],
      ["Not before", waits ? moment(job.processAfter) : undefined],
      ["Started", momentOrNone(job.startedAt)],
      ["Heartbeat", job.state === "processing" ? momentOrNone(job.lastHeartbeatAt) : undefined],
      ["Finished", momentOrNone(job.finishedAt)]
    ],
    look
  )
  return [
    facts,
    section("Payload", JSON.stringify(job.payload, null, 2), look),
    job.failureMessage === null ? "" : section("Failure", job.failureMessage, look),
    ...(job.executionLogs ?? []).map((entry) => renderEntry(entry, look))
  ].join("")
}
