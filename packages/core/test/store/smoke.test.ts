import { assert, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { ManualClock } from "../../src/testing/index.ts"
import { fixture, records, row, tableStore, viewStore } from "../support/workerutil.ts"

for (const make of [tableStore, viewStore] as const) {
  layer(fixture, { excludeTestServices: true })("smoke " + make.name, (it) => {
    it.effect("runs all", () =>
      Effect.gen(function* () {
        yield* records([{ id: 1 }, { id: 2 }])
        const store: any = yield* (make as any)({})
        const tryit = (name: string, e: Effect.Effect<any, any, any>) =>
          Effect.exit(e).pipe(Effect.tap((x) => Effect.sync(() => console.log(name, x._tag, x._tag === "Success" ? x.value : String((x as any).cause.reasons?.[0]?.error ?? (x as any).cause.reasons?.[0]?.defect)))))
        yield* tryit("count", store.queuedCount())
        yield* tryit("exists", store.exists(["queued"]))
        yield* tryit("byState", store.countByState(["queued"]))
        yield* tryit("max", store.maxDurationInQueue)
        const c = yield* store.dequeue({ workerHostname: "h" })
        const claim: any = Option.getOrThrow(c)
        console.log(claim)
        yield* tryit("log", claim.addLogEntry({ key: "a", command: [], startTime: "x" }))
        yield* tryit("log", store.updateExecutionLogEntry(claim, 1, { key: "b", command: [], startTime: "x" }))
        yield* tryit("beat", store.heartbeat([claim]))
        yield* tryit("cancel", store.cancel([claim.id]))
        yield* tryit("beat", store.heartbeat([claim]))
        yield* tryit("complete", store.markComplete(claim))
        yield* tryit("requeue", store.requeue(claim.id, { completedToo: true }))
        const d: any = Option.getOrThrow(yield* store.dequeue({ workerHostname: "h" }))
        yield* tryit("requeue own", store.requeue(d))
        const e: any = Option.getOrThrow(yield* store.dequeue({ workerHostname: "h" }))
        yield* tryit("err", store.markErrored(e, "x", { after: "1 second" }))
        const f: any = Option.getOrThrow(yield* store.dequeue({ workerHostname: "h" }))
        yield* tryit("failed", store.markFailed(f, "x"))
        yield* tryit("reset", store.resetStalled)
        yield* tryit("delete", store.deleteFinished({ states: ["failed"], keep: 0, limit: 1 }))
        yield* tryit("locked", store.dequeueIndependent())
        yield* tryit("enq", store.enqueue({ id: 9 }))
        console.log(yield* row(1))
      })
    )
  })
}
