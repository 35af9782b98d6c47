import { Effect } from "effect"
import { Command } from "effect/cli"
import { operatorOnly } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { jobJson } from "./jobJson.ts"
import { renderJob } from "./renderJob.ts"
import { requireJob } from "./requireJob.ts"

export const showJobCommand = Command.make(
  "show",
  { id: id("id") },
  Effect.fnUntraced(function* ({ id: jobId }) {
    yield* operatorOnly("look at jobs")
    const job = yield* requireJob(jobId)
    yield* show(jobJson(job), (look) => renderJob(job, look))
  })
).pipe(Command.withDescription("Show a job: its times, payload, failure and logs"), Command.provide(forge))
