import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { findJob, InvalidOptions, JobKind, JobQueue, listJobs } from "../../src/index.ts"
import { emptied, fixture } from "./support/queue.ts"

const Plain = JobKind.make("plain", { payload: Schema.Struct({ n: Schema.Int }) })
const Other = JobKind.make("other", { payload: Schema.Struct({ n: Schema.Int }) })

const ids = (options?: Parameters<typeof listJobs>[0]) =>
  Effect.map(listJobs(options), (found) => found.map(({ id }) => id))

layer(fixture(), { excludeTestServices: true })("Reading jobs", (it) => {
  it.effect("lists the newest first, by kind and state, and goes on where a page ended", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const a = (yield* Plain.enqueue({ n: 1 })).id
      const b = (yield* Other.enqueue({ n: 2 })).id
      const c = (yield* Plain.enqueue({ n: 3 })).id
      yield* store.cancel([a])

      assert.deepStrictEqual(yield* ids(), [c, b, a])
      assert.deepStrictEqual(yield* ids({ kind: "plain" }), [c, a])
      assert.deepStrictEqual(yield* ids({ states: ["canceled"] }), [a])
      assert.deepStrictEqual(yield* ids({ states: ["canceled", "queued"], kind: "plain" }), [c, a])
      assert.deepStrictEqual(yield* ids({ states: [] }), [])
      assert.deepStrictEqual(yield* ids({ limit: 2 }), [c, b])
      assert.deepStrictEqual(yield* ids({ limit: 2, before: b }), [a])
    })
  )

  it.effect("refuses a limit that is none", () =>
    Effect.gen(function* () {
      assert.instanceOf(yield* Effect.flip(listJobs({ limit: 0 })), InvalidOptions)
    })
  )

  it.effect("finds one, or undefined", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* Plain.enqueue({ n: 7 })
      assert.deepInclude(yield* findJob(id), { id, kind: "plain", payload: { n: 7 }, state: "queued" })
      assert.isUndefined(yield* findJob(id + 1))
    })
  )
})
