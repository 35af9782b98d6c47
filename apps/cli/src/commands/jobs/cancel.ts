import { JobQueue } from "@drover/core"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { operatorOnly } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { JobRefused } from "./JobError.ts"
import { jobJson } from "./jobJson.ts"
import { requireJob } from "./requireJob.ts"

export const cancelJobCommand = Command.make(
  "cancel",
  { id: id("id") },
  Effect.fnUntraced(function* ({ id: jobId }) {
    yield* operatorOnly("cancel jobs")
    const { store } = yield* JobQueue
    const { canceled, requested } = yield* store.cancel([jobId])
    const job = yield* requireJob(jobId)
    if (canceled.length + requested.length === 0) {
      return yield* new JobRefused({ id: jobId, state: job.state, reason: "it is finished, and cannot be canceled" })
    }
    yield* show(jobJson(job), () =>
      requested.length > 0 ? `Job ${jobId} runs, and was asked to stop\n` : `Job ${jobId} is canceled\n`
    )
  })
).pipe(Command.withDescription("Cancel a job that waits, and ask one that runs to stop"), Command.provide(forge))
