import { assert, layer } from "@effect/vitest"
import { Effect, Metric } from "effect"
import { answer, unavailable } from "../support/ControlledHosts.ts"
import { batchForge, scene, work } from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler's worker", (it) => {
  it.effect("counts under its own name what it handles, and what its store does", () =>
    Effect.gen(function* () {
      const { id } = yield* scene()
      yield* answer("create", unavailable)
      assert.deepInclude(yield* work(id), { reconcilerState: "errored" })
      assert.deepInclude(yield* work(id), { reconcilerState: "completed" })

      const metrics = yield* Metric.snapshot
      const named = (attribute: string, value: string) =>
        metrics.filter(({ attributes }) => attributes?.[attribute] === value).map(({ id: name }) => name)
      assert.includeMembers(named("worker", "batches_reconciler_worker"), [
        "drover_worker_handlers",
        "drover_worker_total",
        "drover_worker_errors_total",
        "drover_worker_duration_milliseconds",
        "drover_worker_outcomes_total"
      ])
      assert.includeMembers(named("store", "batches_reconciler"), ["drover_store_total"])
    })
  )
})
