import { Order, RetryableError, Worker, WorkStore } from "@drover/core"
import { Console, Effect, Layer } from "effect"
import { exampleJobs, exampleJobsWithRepository as view } from "./schema.ts"

export const exampleStore = WorkStore.make({
  name: "example_jobs",
  table: exampleJobs,
  view,
  orderBy: [Order.asc(view.repositoryId), Order.asc(view.id)]
})

export const exampleWorker = Layer.unwrap(
  Effect.map(exampleStore, (store) =>
    Worker.layer({
      store,
      concurrency: 1,
      handle: ({ attempt, record }) =>
        record.repositoryName === "acme/flaky" && attempt === 1
          ? Effect.fail(new RetryableError({ reason: "not today", retryAfter: "100 millis" }))
          : Console.log(`attempt ${attempt} at ${record.repositoryName}`)
    })
  )
)
