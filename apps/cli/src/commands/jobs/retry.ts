import { type DatabaseError, JobQueue, StatementRejected } from "@drover/core"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { operatorOnly } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { JobRefused } from "./JobError.ts"
import { jobJson } from "./jobJson.ts"
import { requireJob } from "./requireJob.ts"

export const retryJobCommand = Command.make(
  "retry",
  {
    id: id("id"),
    completed: Flag.Boolean("completed").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Also where it has completed"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ completed, id: jobId }) {
    yield* operatorOnly("retry jobs")
    const { state } = yield* requireJob(jobId)
    const { store } = yield* JobQueue
    const requeued = yield* store.requeue(jobId, { completedToo: completed }).pipe(Effect.mapError(twin(jobId, state)))
    const job = yield* requireJob(jobId)
    if (!requeued) return yield* refusal(jobId, job.state)
    yield* show(jobJson(job), () => `Job ${jobId} is queued\n`)
  })
).pipe(Command.withDescription("Queue a job that nobody runs, now and with all its attempts"), Command.provide(forge))

const refusal = (jobId: number, state: string) => {
  const reason =
    state === "completed" ? "to run it once more give --completed" : "it runs already; `drover jobs cancel` stops it"
  return new JobRefused({ id: jobId, state, reason })
}

/** Says in words what `jobs_dedupe_idx` refused. */
const twin = (jobId: number, state: string) => (error: DatabaseError) =>
  error instanceof StatementRejected && error.constraint === "jobs_dedupe_idx"
    ? new JobRefused({ id: jobId, state, reason: "another job with its key waits or runs, and will do its work" })
    : error
