import { Worker, WorkStore } from "@drover/core"
import { Console, Effect } from "effect"
import { thumbnails } from "./schema.ts"

export const program = Effect.gen(function* () {
  const store = yield* WorkStore.make({ name: "thumbnails", table: thumbnails })
  yield* store.enqueue([{ image: "a.png" }, { image: "b.png" }])
  const worker = yield* Worker.make({
    store,
    handle: ({ record }) => Console.log(`shrinking ${record.image}`),
    concurrency: 1,
    numTotalJobs: 2
  })
  yield* worker.ended
})
