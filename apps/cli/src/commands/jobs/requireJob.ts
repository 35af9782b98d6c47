import { findJob } from "@drover/core"
import { Effect } from "effect"
import { JobUnknown } from "./JobError.ts"

export const requireJob = Effect.fnUntraced(function* (id: number) {
  return (yield* findJob(id)) ?? (yield* new JobUnknown({ id }))
})
